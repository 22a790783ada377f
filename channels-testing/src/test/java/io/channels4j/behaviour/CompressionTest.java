package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.http.SseConsumer;
import io.channels4j.http.StaticFiles;
import io.channels4j.middleware.CompressionMiddleware;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.HttpCommunicator.Response;
import io.channels4j.testing.LiveServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the compression of HTTP responses. */
class CompressionTest {

    private static final String TEXT = "All work and no play makes Jack a dull boy. ".repeat(100);

    private static Application responding(int status, String content, String... headers) {
        return CompressionSnippets.compressed(Consumer.application(() -> new HttpConsumer() {
            @Override
            protected void handle(byte[] body) {
                sendResponse(status, Headers.of(headers), content.getBytes(StandardCharsets.UTF_8));
            }
        }));
    }

    /** Sends two parts and never the last one. */
    static final class Unfinished extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendHeaders(200, Headers.of("content-type", "text/plain"))
                    .thenCompose(done -> sendBody("one".getBytes(StandardCharsets.UTF_8), true))
                    .thenCompose(done -> sendBody("two".getBytes(StandardCharsets.UTF_8), true));
        }
    }

    private static HttpCommunicator peer(Application application, String method, String accepted) {
        return HttpCommunicator.builder(application, method, "/")
                .header("accept-encoding", accepted)
                .build();
    }

    private static Response get(Application application, String accepted) {
        try (HttpCommunicator peer = peer(application, "GET", accepted)) {
            return peer.getResponse();
        }
    }

    private static String unzip(byte[] compressed) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String header(Response response, String name) {
        return String.join("|", response.headers().all(name));
    }

    @Test
    void compressesForClientsThatAcceptIt() {
        Response response = get(
                responding(200, TEXT, "content-type", "text/html", "etag", "\"1\"", "accept-ranges", "bytes"),
                "br, gzip");

        assertThat(unzip(response.body())).isEqualTo(TEXT);
        assertThat(response.body()).hasSizeLessThan(TEXT.length() / 10);
        assertThat(header(response, "content-encoding")).isEqualTo("gzip");
        assertThat(header(response, "vary")).isEqualTo("Accept-Encoding");
        assertThat(header(response, "etag")).isEqualTo("W/\"1\"");
        assertThat(header(response, "content-length")).isEqualTo(Integer.toString(response.body().length));
        assertThat(response.headers().contains("accept-ranges")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "br", "identity", "gzip;q=0", "*;q=0", "gzip;q=0.5, identity;q=0.9", "gzip;q=2"})
    void sendsOtherClientsTheOriginal(String accepted) {
        Response response = get(responding(200, TEXT, "content-type", "text/html", "vary", "Origin"), accepted);

        assertThat(response.text()).isEqualTo(TEXT);
        assertThat(header(response, "vary")).isEqualTo("Origin|Accept-Encoding");
        assertThat(response.headers().contains("content-encoding")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "x-gzip", "GZIP;q=0.001", "*", "deflate, gzip;q=1.0, *;q=0.5"})
    void understandsWeights(String accepted) {
        assertThat(header(
                        get(responding(200, TEXT, "content-type", "application/problem+json"), accepted),
                        "content-encoding"))
                .isEqualTo("gzip");
    }

    @ParameterizedTest
    @CsvSource({
        "200, content-type, image/png",
        "200, content-type, application/zip",
        "200, x-none, x",
        "206, content-type, text/plain",
    })
    void leavesOtherResponsesUnchanged(int status, String name, String value) {
        Response response = get(responding(status, TEXT, name, value), "gzip");

        assertThat(response.text()).isEqualTo(TEXT);
        assertThat(response.headers().contains("vary")).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"content-encoding, br", "cache-control, 'private, No-Transform'", "content-range, bytes 0-1/2"})
    void leavesEncodedResponsesUnchanged(String name, String value) {
        Response response = get(responding(200, TEXT, "content-type", "text/plain", name, value), "gzip");

        assertThat(response.text()).isEqualTo(TEXT);
    }

    @Test
    void leavesSmallAndIncompressibleResponsesUnchanged() {
        assertThat(get(responding(200, "x".repeat(1023), "content-type", "text/plain"), "gzip")
                        .text())
                .hasSize(1023);
        assertThat(get(responding(404, "x".repeat(1024), "content-type", "text/plain"), "gzip")
                        .body())
                .hasSizeLessThan(100);
        Application all = Consumer.application(() -> new HttpConsumer() {
                    @Override
                    protected void handle(byte[] body) {
                        sendResponse(200, "abc");
                    }
                })
                .behind(CompressionMiddleware.builder().thresholdBytes(0).build());
        assertThat(get(all, "gzip").text()).isEqualTo("abc"); // would be longer
    }

    @Test
    void headHasTheLengthOfTheResponseToGet() {
        Application page = responding(200, TEXT, "content-type", "text/plain");
        try (HttpCommunicator head = peer(page, "HEAD", "gzip")) {
            Response response = head.getResponse();

            assertThat(header(response, "content-encoding")).isEqualTo("gzip");
            assertThat(header(response, "content-length")).isEqualTo(header(get(page, "gzip"), "content-length"));
        }
    }

    @Test
    void announcesForHeadWhatGetSends() {
        try (HttpCommunicator peer =
                peer(responding(200, "", "content-type", "text/plain", "content-length", "5000"), "HEAD", "gzip")) {
            Response response = peer.getResponse();

            assertThat(header(response, "content-encoding")).isEqualTo("gzip");
            assertThat(response.headers().contains("content-length")).isFalse();
        }
    }

    @Test
    void sendsEachPartWhenItIsSent() throws Exception {
        try (HttpCommunicator peer =
                peer(CompressionSnippets.compressed(Consumer.application(Unfinished::new)), "GET", "gzip")) {
            assertThat(header(peer.receiveHead(), "content-encoding")).isEqualTo("gzip");
            Inflater inflater = new Inflater(true);
            byte[] text = new byte[10];
            byte[] first = peer.receivePart();
            inflater.setInput(first, 10, first.length - 10);
            assertThat(inflater.inflate(text)).isEqualTo(3);
            inflater.setInput(peer.receivePart());
            assertThat(inflater.inflate(text, 3, 7)).isEqualTo(3);
            assertThat(new String(text, 0, 6, StandardCharsets.UTF_8)).isEqualTo("onetwo");
            inflater.end();
        }
    }

    @Test
    @DisplayName("P3: the number of responses that are compressed in parts is limited, and ends with their connections")
    void limitsCompressedStreams() {
        Application limited = Consumer.application(Unfinished::new)
                .behind(CompressionMiddleware.builder().maxStreams(1).build());
        try (HttpCommunicator first = peer(limited, "GET", "gzip");
                HttpCommunicator second = peer(limited, "GET", "gzip")) {
            assertThat(header(first.receiveHead(), "content-encoding")).isEqualTo("gzip");
            assertThat(header(second.receiveHead(), "content-encoding")).isEmpty();
            assertThat(second.receivePart()).asString().isEqualTo("one");
        }
        await().untilAsserted(() -> {
            try (HttpCommunicator third = peer(limited, "GET", "gzip")) {
                assertThat(header(third.receiveHead(), "content-encoding")).isEqualTo("gzip");
            }
        });
    }

    @Test
    void leavesEventStreamsUnchanged() {
        Application stream = CompressionSnippets.compressed(Consumer.application(() -> new SseConsumer() {
            @Override
            protected void connect() {
                accept();
                send(TEXT);
            }
        }));
        try (HttpCommunicator peer = peer(stream, "GET", "gzip")) {
            assertThat(peer.receiveHead().headers().contains("content-encoding"))
                    .isFalse();
            assertThat(peer.receiveEvent().data()).isEqualTo(TEXT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void compressesStaticFilesOverSockets(Version version, @TempDir Path root) throws Exception {
        String large = TEXT.repeat(100); // sent in several parts
        Files.writeString(root.resolve("large.txt"), large);
        try (LiveServer server = LiveServer.start(CompressionSnippets.compressed(StaticFiles.of(root)))) {
            HttpResponse<byte[]> response = fetch(version, server, "accept-encoding", "gzip");

            assertThat(response.headers().allValues("content-encoding")).containsExactly("gzip");
            assertThat(response.headers().firstValue("content-length")).isEmpty();
            assertThat(unzip(response.body())).isEqualTo(large);
            String tag = response.headers().firstValue("etag").orElseThrow();
            HttpResponse<byte[]> unchanged = fetch(version, server, "accept-encoding", "gzip", "if-none-match", tag);
            assertThat(unchanged.statusCode()).isEqualTo(304);
            assertThat(unchanged.headers().allValues("vary")).containsExactly("Accept-Encoding");
            assertThat(fetch(version, server, "accept-encoding", "gzip", "range", "bytes=0-2")
                            .body())
                    .asString()
                    .isEqualTo("All");
            assertThat(fetch(version, server, "accept-encoding", "br").body())
                    .asString()
                    .isEqualTo(large);
        }
    }

    private static HttpResponse<byte[]> fetch(Version version, LiveServer server, String... headers) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(version).build();
        return client.send(
                HttpRequest.newBuilder(server.http("/large.txt"))
                        .headers(headers)
                        .build(),
                BodyHandlers.ofByteArray());
    }
}
