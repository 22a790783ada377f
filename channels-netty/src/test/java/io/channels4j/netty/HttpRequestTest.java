package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import io.channels4j.Scope;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestTest extends HttpRequestFixture {

    private static Scope scopeOf(String request) throws Exception {
        CompletableFuture<Scope> seen = new CompletableFuture<>();
        try (NettyServer scoped = ServersWithoutLifespan.builder(Apps.script(http -> {
                            seen.complete(http.scope());
                            http.respond(204, Headers.empty(), "");
                        }))
                        .port(0)
                        .start();
                RawClient client = new RawClient(scoped.localAddress())) {
            client.send(request);
            return seen.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void scopeHasTheFactsOfTheRequest() throws Exception {
        Scope scope = scopeOf("GET /a%20b/%C3%A9?x=1&x=%202 HTTP/1.1\r\nHost: h\r\n\r\n");

        assertThat(scope.type()).isEqualTo("http");
        assertThat(scope.path()).isEqualTo("/a b/é");
        assertThat(scope.rawPath()).isEqualTo("/a%20b/%C3%A9");
        assertThat(scope.queryString()).isEqualTo("x=1&x=%202");
        assertThat(scope.method()).isEqualTo("GET");
        assertThat(scope.scheme()).isEqualTo("http");
        assertThat(scope.httpVersion()).isEqualTo("1.1");
        assertThat(scope.client()).isPresent();
        assertThat(scope.server()).isPresent();
    }

    @Test
    void keepsHeadersInOrderWithDuplicatesAndLowerCaseNames() throws Exception {
        Scope scope = scopeOf("GET / HTTP/1.1\r\nHost: h\r\nX-One: a\r\nx-two:   b  \r\nX-ONE: c\r\n\r\n");

        assertThat(scope.headers()).isEqualTo(Headers.of("host", "h", "x-one", "a", "x-two", "b", "x-one", "c"));
    }

    @Test
    @DisplayName("RFC 9110 §5.5: the bytes of a cookie in UTF-8 arrive as sent")
    void keepsBytesOfCookies() throws Exception {
        String bytes =
                new String("a=Gr\u00fc\u00dfe \u6771".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        Scope scope = scopeOf("GET / HTTP/1.1\r\nHost: h\r\nCookie: " + bytes + "\r\n\r\n");

        assertThat(scope.headers().first("cookie")).contains(bytes);
    }

    @Test
    void acceptsTargetInAbsoluteForm() {
        assertThat(answer("GET http://example.com/p?q HTTP/1.1\r\nHost: h\r\n\r\n")
                        .body())
                .isEqualTo("GET /p ");
    }

    @Test
    void readsBodyWithContentLength() {
        assertThat(answer("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello")
                        .body())
                .isEqualTo("POST /p hello");
    }

    @Test
    void readsChunkedBody() {
        assertThat(answer("POST /p HTTP/1.1\r\n"
                                + "Host: h\r\n"
                                + "Transfer-Encoding: chunked\r\n\r\n"
                                + "3\r\n"
                                + "hel\r\n"
                                + "2\r\n"
                                + "lo\r\n"
                                + "0\r\n\r\n")
                        .body())
                .isEqualTo("POST /p hello");
    }

    @Test
    void sends100ContinueWhenTheApplicationReads() {
        try (RawClient client = new RawClient(server.localAddress())) {
            client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");

            assertThat(client.response("POST").status()).isEqualTo(100);
            assertThat(client.send("hello").response("POST").body()).isEqualTo("POST /p hello");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/answers", "/fails"})
    @DisplayName("RFC 9112 §9.6: a final response instead of 100 Continue announces the end of the connection")
    void announcesTheEndWhenTheBodyWasNotAskedFor(String path) {
        try (NettyServer refusing = ServersWithoutLifespan.builder(Apps.script(http -> {
                            if (http.scope().path().equals("/answers")) {
                                http.respond(404, Headers.empty(), "");
                            }
                        }))
                        .port(0)
                        .start();
                RawClient client = new RawClient(refusing.localAddress())) {
            client.send("POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");

            assertThat(client.response("POST").header("connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void servesPipelinedRequestsInOrder() {
        try (RawClient client = new RawClient(server.localAddress())) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                requests.append("POST /").append(i).append(" HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab");
            }
            client.send(requests.toString());

            for (int i = 0; i < 50; i++) {
                assertThat(client.response("POST").body()).isEqualTo("POST /" + i + " ab");
            }
        }
    }

    @Test
    void servesRequestThatArrivesByteByByte() {
        try (RawClient client = new RawClient(server.localAddress())) {
            for (char c : "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab".toCharArray()) {
                client.send(String.valueOf(c));
            }

            assertThat(client.response("POST").body()).isEqualTo("POST /p ab");
        }
    }

    @Test
    void respondsToHeadWithoutBody() {
        try (RawClient client = new RawClient(server.localAddress())) {
            client.send("HEAD /p HTTP/1.1\r\nHost: h\r\n\r\n");
            RawClient.Response head = client.response("HEAD");

            assertThat(head.header("content-length")).isEqualTo("8");
            assertThat(client.send("GET /q HTTP/1.1\r\nHost: h\r\n\r\n")
                            .response("GET")
                            .body())
                    .isEqualTo("GET /q ");
        }
    }

    @Test
    void closesAfterRequestWithConnectionClose() {
        try (RawClient client = new RawClient(server.localAddress())) {
            RawClient.Response response = client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                    .response("GET");

            assertThat(response.header("connection")).isEqualTo("close");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void closesAfterHttp10Request() {
        try (RawClient client = new RawClient(server.localAddress())) {
            assertThat(client.send("GET / HTTP/1.0\r\n\r\n").response("GET").body())
                    .isEqualTo("GET / ");
            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void keepsHttp10ConnectionAliveOnRequest() {
        try (RawClient client = new RawClient(server.localAddress())) {
            String request = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

            assertThat(client.send(request).response("GET").header("connection"))
                    .isEqualTo("keep-alive");
            assertThat(client.send(request).response("GET").status()).isEqualTo(200);
        }
    }

    @Test
    void ignoresBlankLinesBeforeRequest() {
        assertThat(answer("\r\n\r\nGET /p HTTP/1.1\r\nHost: h\r\n\r\n").status())
                .isEqualTo(200);
    }

    @Test
    @DisplayName("RFC 9112 §3.2.2: the authority of a target in absolute form replaces Host")
    void authorityOfTheTargetReplacesHost() throws Exception {
        Scope scope = scopeOf("GET http://real.example:81/p?q HTTP/1.1\r\nHost: other.example\r\nX: y\r\n\r\n");

        assertThat(scope.headers().all("host")).containsExactly("real.example:81");
        assertThat(scope.headers().all("x")).containsExactly("y");
        assertThat(scope.path()).isEqualTo("/p");
    }

    @Test
    @DisplayName("RFC 9112 §3.2.4: OPTIONS * reaches the application, and the connection is kept alive")
    void optionsForTheServerReachTheApplication() {
        try (RawClient client = new RawClient(server.localAddress())) {
            for (String target : new String[] {"*", "http://h"}) {
                RawClient.Response response = client.send("OPTIONS " + target + " HTTP/1.1\r\nHost: h\r\n\r\n")
                        .response("OPTIONS");

                assertThat(response.status()).isEqualTo(200);
                assertThat(response.body()).contains("OPTIONS * ");
                assertThat(response.header("connection")).isEmpty();
            }
        }
    }

    @Test
    void skipsChunkExtensionsAndTrailers() {
        try (RawClient client = new RawClient(server.localAddress())) {
            client.send(String.join(
                    "\r\n",
                    "POST /p HTTP/1.1",
                    "Host: h",
                    "Transfer-Encoding: chunked",
                    "",
                    "3;name=\"value\"",
                    "abc",
                    "0",
                    "Digest: x",
                    "Expires: y",
                    "",
                    "GET /next HTTP/1.1",
                    "Host: h",
                    "",
                    ""));

            assertThat(client.response("POST").body()).isEqualTo("POST /p abc");
            assertThat(client.response("GET").body()).isEqualTo("GET /next ");
        }
    }
}
