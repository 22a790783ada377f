package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.support.RedisProcess;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisPubSubTlsTest {

    private static final String PASSWORD = "changeit";

    @TempDir
    private static Path directory;

    private static Path certificate;
    private static int port;
    private static RedisProcess redis;

    @BeforeAll
    static void startRedis() throws Exception {
        certificate = directory.resolve("certificate.pem");
        Path key = directory.resolve("key.pem");
        createCertificate(certificate, key);
        port = RedisProcess.freePort();
        redis = RedisProcess.start(
                "--tls-port", String.valueOf(port),
                "--tls-cert-file", certificate.toString(),
                "--tls-key-file", key.toString(),
                "--tls-auth-clients", "no",
                "--tls-ca-cert-file", certificate.toString());
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    private static void createCertificate(Path certificate, Path key) throws Exception {
        Path store = directory.resolve("store.p12");
        List<String> keytool = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "redis",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "2",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost,ip:127.0.0.1",
                "-ext",
                "bc:critical=ca:true",
                "-keystore",
                store.toString(),
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD);
        Process process = new ProcessBuilder(keytool).redirectErrorStream(true).start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        KeyStore made = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            made.load(in, PASSWORD.toCharArray());
        }
        write(certificate, "CERTIFICATE", made.getCertificate("redis").getEncoded());
        write(key, "PRIVATE KEY", made.getKey("redis", PASSWORD.toCharArray()).getEncoded());
    }

    private static void write(Path file, String what, byte[] der) throws Exception {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(der);
        Files.writeString(file, "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(what, base64, what));
    }

    private static RedisHosts hosts() {
        return RedisHosts.of("rediss://localhost:" + port);
    }

    @Test
    void connectsOverTlsToTrustedHost() {
        try (RedisPubSubChannelLayer here = RedisPubSubChannelLayer.builder(hosts().trusting(certificate))
                        .build();
                RedisPubSubChannelLayer there = RedisPubSubChannelLayer.builder(hosts().trusting(certificate))
                        .build()) {
            Peer bob = PubSubRules.member(there, "room");

            PubSubRules.done(here.groupSend("room", Message.of("hello")));

            assertThat(bob.next()).isEqualTo(Message.of("hello"));
        }
    }

    @Test
    void rejectsHostWithUntrustedCertificate() {
        try (RedisPubSubChannelLayer here = RedisPubSubChannelLayer.builder(hosts().withTimeout(Duration.ofSeconds(5)))
                .build()) {
            assertThat(here.health().state()).isEqualTo(State.DOWN);
        }
    }
}
