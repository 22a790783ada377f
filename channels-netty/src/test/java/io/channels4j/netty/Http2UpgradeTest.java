package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the upgrade from HTTP/1.1 to HTTP/2 (RFC 7540 §3.2). */
class Http2UpgradeTest {

    private static final String INITIAL_WINDOW_OF_3 =
            Base64.getUrlEncoder().encodeToString(new byte[] {0, 4, 0, 0, 0, 3});
    private static final String ASKING =
            "Host: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n";

    private static NettyServer server;

    /** Responds with the method, the path and the body of the request. */
    @BeforeAll
    static void start() {
        server = ServersWithoutLifespan.builder(Apps.script(http -> {
                    String body = http.body();
                    http.respond(
                            200,
                            Headers.empty(),
                            String.join(
                                    " ",
                                    http.scope().httpVersion(),
                                    http.scope().method(),
                                    http.scope().path(),
                                    http.scope().headers().first("host").orElse("-"),
                                    body));
                }))
                .port(0)
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Sends an upgrade request and continues with HTTP/2. */
    private static Http2Client upgrade(String request) throws Exception {
        java.net.Socket socket = Http2Client.connect(server);
        socket.setSoTimeout(RawClient.MAX_WAIT_MILLIS);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        String expected = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n";
        byte[] answer = socket.getInputStream().readNBytes(expected.length());
        assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo(expected);
        return new Http2Client(socket).begin();
    }

    private static RawClient.Response stay(String request) {
        try (RawClient client = new RawClient(server.localAddress())) {
            return client.send(request).response("GET");
        }
    }

    @Test
    @DisplayName("RFC 7540 §3.2: the response arrives on stream 1")
    void respondsOnStream1() throws Exception {
        try (Http2Client client = upgrade("GET /p?q HTTP/1.1\r\n" + ASKING + "\r\n")) {
            assertThat(client.response(1).body()).isEqualTo("2 GET /p h ");
            assertThat(client.get(3, "/").response(3).body()).isEqualTo("2 GET / h ");
        }
    }

    @Test
    @DisplayName("RFC 7540 §3.2: the body is read before the upgrade")
    void readsTheBodyBeforeTheUpgrade() throws Exception {
        try (Http2Client client = upgrade("POST /p HTTP/1.1\r\nContent-Length: 5\r\n" + ASKING + "\r\nhello")) {
            assertThat(client.response(1).body()).isEqualTo("2 POST /p h hello");
        }
    }

    @Test
    void acceptsBodyThatFillsTheWindow() throws Exception {
        String body = "x".repeat(65_535);
        try (Http2Client client = upgrade("POST /p HTTP/1.1\r\nContent-Length: 65535\r\n" + ASKING + "\r\n" + body)) {
            client.window(0, 1_000_000).window(1, 1_000_000);
            assertThat(client.response(1).body()).isEqualTo("2 POST /p h " + body);
        }
    }

    @Test
    @DisplayName("RFC 7540 §3.2.1: the settings of the request apply")
    void appliesTheSettingsOfTheRequest() throws Exception {
        String request =
                "GET /p HTTP/1.1\r\n" + ASKING.replace("Settings: ", "Settings: " + INITIAL_WINDOW_OF_3) + "\r\n";
        try (Http2Client client = upgrade(request)) {
            client.head(1);
            assertThat(client.next(1).payload()).hasSize(3);
        }
    }

    @Test
    @DisplayName("RFC 9113 §6.5.2: an invalid setting closes the connection")
    void closesConnectionOnInvalidSetting() throws Exception {
        String window = Base64.getUrlEncoder().encodeToString(new byte[] {0, 4, -1, -1, -1, -1});
        String request = "GET /p HTTP/1.1\r\n" + ASKING.replace("Settings: ", "Settings: " + window) + "\r\n";
        try (Http2Client client = upgrade(request)) {
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    @DisplayName("RFC 7540 §3.2: an invalid upgrade is answered in HTTP/1.1")
    void respondsInHttp1ToInvalidUpgrade() {
        List<String> asking = List.of(
                "Host: h\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n",
                "Host: h\r\nConnection: HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: \r\n",
                "Host: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n",
                "Host: h\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2\r\nHTTP2-Settings: \r\n",
                ASKING + "HTTP2-Settings: \r\n",
                ASKING.replace("Settings: ", "Settings: ?"),
                ASKING.replace("Settings: ", "Settings: AAMAAABk" + "AA"));

        assertThat(asking)
                .allSatisfy(headers -> assertThat(
                                stay("GET /p HTTP/1.1\r\n" + headers + "\r\n").body())
                        .isEqualTo("1.1 GET /p h "));
    }

    @Test
    void respondsInHttp1ToHttp10Request() {
        assertThat(stay("GET /p HTTP/1.0\r\n" + ASKING + "\r\n").body()).isEqualTo("1.0 GET /p h ");
    }

    @Test
    void respondsInHttp1ToChunkedBody() {
        assertThat(stay("POST /p HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + ASKING + "\r\n2\r\nhi\r\n0\r\n\r\n")
                        .body())
                .isEqualTo("1.1 POST /p h hi");
    }

    @Test
    void respondsInHttp1ToBodyLongerThanTheWindow() {
        assertThat(stay("POST /p HTTP/1.1\r\nContent-Length: 65536\r\n" + ASKING + "\r\n" + "x".repeat(65_536))
                        .body())
                .startsWith("1.1 POST /p h x");
    }

    @Test
    void refusesBodyBeyondTheLimit() {
        assertThat(stay("POST /p HTTP/1.1\r\nContent-Length: 9999999\r\n" + ASKING + "\r\n")
                        .status())
                .isEqualTo(413);
    }

    @Test
    void refusesMalformedRequestInHttp1() {
        assertThat(stay("GET /p HTTP/1.1\r\nHost : h\r\n" + ASKING + "\r\n").status())
                .isEqualTo(400);
    }

    @Test
    void refusesRequestWithoutHostInHttp1() {
        assertThat(stay("GET /p HTTP/1.1\r\n" + ASKING.replace("Host: h\r\n", "") + "\r\n")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void upgradesLaterRequestOfAConnection() throws Exception {
        try (RawClient client = new RawClient(server.localAddress())) {
            client.send("GET /1 HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(client.response("GET").body()).isEqualTo("1.1 GET /1 h ");
            assertThat(client.send("GET /2 HTTP/1.1\r\n" + ASKING + "\r\n")
                            .response("GET")
                            .status())
                    .isEqualTo(101);
        }
    }

    // ---- the JDK client ----

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static URI at(String path) {
        return server.url().resolve(path);
    }

    @Test
    void jdkClientUpgrades() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        HttpResponse<String> first = send(client, HttpRequest.newBuilder(at("/p")));
        HttpResponse<String> second = send(client, HttpRequest.newBuilder(at("/q")));

        assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(first.body()).startsWith("2 GET /p 127.0.0.1");
        assertThat(second.body()).startsWith("2 GET /q 127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 65_535, 200_000})
    void jdkClientPosts(int length) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        send(client, HttpRequest.newBuilder(at("/")));
        HttpResponse<String> response = send(
                client, HttpRequest.newBuilder(at("/p")).POST(HttpRequest.BodyPublishers.ofString("x".repeat(length))));

        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.body()).endsWith(" " + "x".repeat(length));
    }

    @Test
    void jdkClientPostsFirst() throws Exception {
        HttpResponse<String> response = send(
                HttpClient.newHttpClient(),
                HttpRequest.newBuilder(at("/p")).POST(HttpRequest.BodyPublishers.ofString("hello")));

        assertThat(response.body()).endsWith(" hello");
    }

    @Test
    void jdkClientSendsManyRequestsConcurrently() throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        send(client, HttpRequest.newBuilder(at("/")));
        List<CompletableFuture<HttpResponse<String>>> responses = IntStream.range(0, 90)
                .mapToObj(i -> client.sendAsync(
                        HttpRequest.newBuilder(at("/" + i)).build(), HttpResponse.BodyHandlers.ofString()))
                .toList();

        for (int i = 0; i < 90; i++) {
            assertThat(responses.get(i).get().body()).startsWith("2 GET /" + i + " ");
        }
    }
}
