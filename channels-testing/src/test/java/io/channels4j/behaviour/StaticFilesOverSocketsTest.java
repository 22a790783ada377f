package io.channels4j.behaviour;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.channels4j.http.StaticFiles;
import io.channels4j.testing.LiveServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests of static files that a real client requests from the Netty server. */
class StaticFilesOverSocketsTest {

    private static final int SIZE = 10_000_000;

    @TempDir
    private Path root;

    private byte[] content;
    private LiveServer server;

    @BeforeEach
    void start() throws IOException {
        content = new byte[SIZE];
        new Random(1).nextBytes(content);
        Files.write(root.resolve("big.bin"), content);
        Files.writeString(root.resolve("index.html"), "home");
        server = LiveServer.start(StaticFiles.of(root));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpResponse<byte[]> request(Version version, String method, String target, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.http(target)).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpClient client = HttpClient.newBuilder().version(version).build();
        HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
        assertThat(response.version()).isEqualTo(version);
        return response;
    }

    @ParameterizedTest
    @EnumSource
    void sendsLargeFiles(Version version) throws Exception {
        HttpResponse<byte[]> response = request(version, "GET", "/big.bin");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().allValues("content-length")).containsExactly(Integer.toString(SIZE));
        assertThat(response.body()).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource
    void sendsRangesAndRevalidates(Version version) throws Exception {
        HttpResponse<byte[]> part = request(version, "GET", "/big.bin", "range", "bytes=9999990-");
        String tag = part.headers().firstValue("etag").orElseThrow();

        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).hasSize(10).isEqualTo(java.util.Arrays.copyOfRange(content, SIZE - 10, SIZE));
        HttpResponse<byte[]> unchanged = request(version, "GET", "/big.bin", "if-none-match", tag);
        assertThat(unchanged.statusCode()).isEqualTo(304);
        assertThat(unchanged.body()).isEmpty();
        assertThat(request(version, "GET", "/big.bin", "range", "bytes=99999999-")
                        .statusCode())
                .isEqualTo(416);
    }

    @ParameterizedTest
    @EnumSource
    void respondsToHeadWithLength(Version version) throws Exception {
        HttpResponse<byte[]> response = request(version, "HEAD", "/big.bin");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().allValues("content-length")).containsExactly(Integer.toString(SIZE));
        assertThat(response.body()).isEmpty();
        assertThat(request(version, "HEAD", "/missing").statusCode()).isEqualTo(404);
        assertThat(request(version, "POST", "/big.bin").statusCode()).isEqualTo(405);
        assertThat(request(version, "GET", "/").body()).asString(US_ASCII).isEqualTo("home");
    }

    @Test
    @DisplayName("P3: a client that leaves or reads slowly keeps no file open after its connection")
    void closesFilesOfClientsThatLeave() throws Exception {
        assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "no /proc: nothing was tested");
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write("GET /big.bin HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
            assertThat(socket.getInputStream().readNBytes(100_000)).hasSize(100_000);
            assertThat(openFiles()).isEqualTo(1); // SIZE exceeds what the sockets can take
        }
        await().until(() -> openFiles() == 0);
    }

    private long openFiles() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors.filter(this::isBig).count();
        }
    }

    private boolean isBig(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).endsWith("big.bin");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
