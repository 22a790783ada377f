package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketSend;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the server behind nginx. Skipped if nginx is not on the PATH. */
class NginxTest {

    private static final int ATTEMPTS = 4;

    private static final String CONFIGURATION = """
        daemon off;
        pid %1$s/pid;
        error_log %1$s/error.log;
        events { worker_connections 64; }
        http {
          access_log off;
          client_body_temp_path %1$s;
          proxy_temp_path %1$s;
          fastcgi_temp_path %1$s;
          uwsgi_temp_path %1$s;
          scgi_temp_path %1$s;
          server {
            listen 127.0.0.1:%2$d;
            location / {
              proxy_pass http://127.0.0.1:%3$d;
              proxy_http_version 1.1;
              proxy_set_header Host $http_host;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection upgrade;
            }
          }
        }
        """;

    @TempDir
    private static Path directory;

    private static NettyServer server;
    private static Process nginx;
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(isInstalled(), "nginx is not on the PATH: nothing was tested behind it");
        server = ServersWithoutLifespan.builder(Apps.webSocket((message, sender) -> message.isText()
                        ? sender.send(new WebSocketClose(CloseStatus.POLICY_VIOLATION))
                        : sender.send(WebSocketSend.binary(message.bytes()))))
                .host("127.0.0.1")
                .port(0)
                .start();
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path configuration = directory.resolve("nginx.conf");
        Files.writeString(
                configuration,
                CONFIGURATION.formatted(directory, port, server.localAddress().getPort()));
        nginx = new ProcessBuilder("nginx", "-c", configuration.toString(), "-p", directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("out").toFile())
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
            connect().close();
            return true;
        });
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (nginx != null) {
            nginx.destroy();
            assertThat(nginx.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
        if (server != null) {
            server.close();
        }
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("nginx", "-v").start().waitFor() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(RawClient.MAX_WAIT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return socket;
    }

    @ParameterizedTest
    @ValueSource(ints = {1009, 1002, 1007, 1008})
    @DisplayName("RFC 6455 §7.1.7: a close code reaches a client that keeps sending through nginx")
    void closeCodeArrivesThroughNginx(int code) throws Exception {
        for (int i = 0; i < ATTEMPTS; i++) {
            assertThat(CloseCodeTest.closeCode(connect(), code))
                    .as("attempt %d", i)
                    .isEqualTo(code);
        }
    }
}
