package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.netty.settings.ServerTimeouts;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestTest {

    private static NettyServer server;

    /** Responds with the method, the path and the body of the request. */
    @BeforeAll
    static void start() {
        server = NettyServer.builder(Apps.script(http -> {
                    Scope scope = http.scope();
                    String body = http.body();
                    http.respond(200, Headers.empty(), scope.method() + " " + scope.path() + " " + body);
                }))
                .port(0)
                .lifespan(false)
                .limits(ServerLimits.defaults().withMaxBodyBytes(1000).withMaxHeaderBytes(2000))
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static RawClient.Response answer(String request) {
        try (RawClient client = new RawClient(server.localAddress())) {
            return client.send(request).response("GET");
        }
    }

    private static Scope scopeOf(String request) throws Exception {
        CompletableFuture<Scope> seen = new CompletableFuture<>();
        try (NettyServer scoped = NettyServer.builder(Apps.script(http -> {
                            seen.complete(http.scope());
                            http.respond(204, Headers.empty(), "");
                        }))
                        .port(0)
                        .lifespan(false)
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
        try (NettyServer refusing = NettyServer.builder(Apps.script(http -> {
                            if (http.scope().path().equals("/answers")) {
                                http.respond(404, Headers.empty(), "");
                            }
                        }))
                        .port(0)
                        .lifespan(false)
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
    void refusesBodyWithTooLargeContentLength() {
        assertThat(answer("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n")
                        .status())
                .isEqualTo(413);
    }

    @Test
    void refusesChunkedBodyBeyondTheLimit() {
        String chunk = "1f4\r\n" + "x".repeat(500) + "\r\n";

        assertThat(answer("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk + chunk)
                        .status())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({"8192, 200", "8193, 414", "20000, 414"})
    @DisplayName("RFC 9110 §15.5.15: a target of more than 8 KiB gets status 414")
    void refusesTooLongTarget(int bytes, int status) {
        for (String method : List.of("GET", "PROPFIND")) {
            String line = method + " /" + "x".repeat(bytes - 1) + " HTTP/1.1\r\n";

            assertThat(answer(line + "Host: h\r\n\r\n").status()).isEqualTo(status);
        }
    }

    @Test
    void refusesTooLongTargetInAbsoluteForm() {
        assertThat(answer("GET http://h/" + "x".repeat(8192 - 8) + " HTTP/1.1\r\nHost: h\r\n\r\n")
                        .status())
                .isEqualTo(414);
    }

    @Test
    void refusesTooLongHeaders() {
        assertThat(answer("GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(3000) + "\r\n\r\n")
                        .status())
                .isEqualTo(431);
    }

    @Test
    void refusesUnknownExpectation() {
        assertThat(answer("GET / HTTP/1.1\r\nHost: h\r\nExpect: miracles\r\n\r\n")
                        .status())
                .isEqualTo(417);
    }

    @Test
    void refusesOtherVersionOfHttp() {
        assertThat(answer("GET / HTTP/3.0\r\nHost: h\r\n\r\n").status()).isEqualTo(505);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /%ff HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET nowhere HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /a\u0001b HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /?a\u007fb HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /caf\u00e9 HTTP/1.1\r\nHost: h\r\n\r\n",
                "G\u0001T / HTTP/1.1\r\nHost: h\r\n\r\n",
                "G(T / HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nfoo bar: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nfoo : x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nfoo\u0000bar: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nfoo\u00ffbar: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nfoo\u0001bar: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nfoo: a\u000bb\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nfoo: a\u0000b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h\r\nfoo: a\rb\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, gzip\r\n\r\nhello",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
                "GET / HTTP/1.1\nHost: h\n\n",
                "GET\t/ HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /\tHTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /\u000bHTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /\fHTTP/1.1\r\nHost: h\r\n\r\n",
                "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET /  HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET / HTTP/1.1 \r\nHost: h\r\n\r\n",
                " GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                "\u0000GET / HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET / http/1.1\r\nHost: h\r\n\r\n",
                "GET / HTtP/1.1\r\nHost: h\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a b/../<x>\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: good.example@evil.example\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: h:80:80\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: h/\r\n\r\n",
                "GET http://u@h/ HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET http:///p HTTP/1.1\r\nHost: h\r\n\r\n",
                "GET http://h/ HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET http://h/ HTTP/1.1\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: h\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n\r\n0\r\n\r\n",
                "nonsense\r\n\r\n"
            })
    void refusesMalformedRequest(String request) {
        try (RawClient client = new RawClient(server.localAddress())) {
            assertThat(client.send(request).response("GET").status()).isEqualTo(400);
            assertThat(client.ended()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n"
            })
    @DisplayName("RFC 9112 §6.1: unsupported transfer codings and tunnels get status 501")
    void refusesWhatIsNotImplemented(String request) {
        assertThat(answer(request).status()).isEqualTo(501);
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
    void closesConnectionWithIncompleteRequestAfterTheIdleTimeout() {
        try (NettyServer impatient = NettyServer.builder(Apps.echo())
                        .port(0)
                        .lifespan(false)
                        .timeouts(ServerTimeouts.defaults().withIdle(java.time.Duration.ofMillis(100)))
                        .start();
                RawClient client = new RawClient(impatient.localAddress())) {
            client.send("GET / HT");

            assertThat(client.ended()).isTrue();
        }
    }

    private static NettyServer timed(AtomicReference<Instant> now) {
        return NettyServer.builder(Apps.script(http -> http.respond(200, Headers.empty(), http.body())))
                .port(0)
                .lifespan(false)
                .timeouts(ServerTimeouts.defaults()
                        .withStuckCallback(Duration.ofMillis(80)) // checks the time-outs often
                        .withClock(now::get))
                .start();
    }

    /** Advances the server's clock until an exchange with the server ends. */
    private static <T> T passing(AtomicReference<Instant> now, Supplier<T> exchange) {
        CompletableFuture<T> result = CompletableFuture.supplyAsync(exchange);
        await().until(() -> {
            now.updateAndGet(time -> time.plusSeconds(1));
            return result.isDone();
        });
        return result.join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "GET / HTTP/1.1\r\nHost: h\r\n", "POST / HTTP/1.1\r\nHost: h\r\nX: y"})
    @DisplayName("RFC 9110 §15.5.9: a request head that does not arrive in time gets status 408")
    void respondsWith408ToIncompleteHead(String part) {
        for (String before : new String[] {"", "GET / HTTP/1.1\r\nHost: h\r\n\r\n"}) {
            AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
            try (NettyServer server = timed(now);
                    RawClient client = new RawClient(server.localAddress())) {
                if (!before.isEmpty()) {
                    client.send(before).response("GET");
                }
                client.send(part);
                RawClient.Response response = passing(now, () -> client.response("GET"));

                assertThat(response.status()).isEqualTo(408);
                assertThat(response.header("connection")).isEqualTo("close");
                assertThat(now.get()).isAfter(Instant.EPOCH.plusSeconds(10));
                assertThat(client.ended()).isTrue();
            }
        }
    }

    @Test
    void closesConnectionWithoutARequestAfterTheHandshakeTimeout() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (NettyServer server = timed(now);
                RawClient silent = new RawClient(server.localAddress())) {
            assertThat(passing(now, silent::ended)).isTrue();
            assertThat(now.get()).isAfter(Instant.EPOCH.plusSeconds(10));
        }
    }

    @Test
    void keepsConnectionBetweenRequestsForLongerThanLoadBalancers() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (NettyServer server = timed(now);
                RawClient client = new RawClient(server.localAddress())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").response("GET");

            assertThat(passing(now, client::ended)).isTrue();
            assertThat(now.get()).isAfter(Instant.EPOCH.plusSeconds(75));
        }
    }

    @Test
    void closesKeptAliveConnectionAfterTheIdleTimeout() {
        try (NettyServer impatient = NettyServer.builder(Health.create().liveness())
                        .port(0)
                        .lifespan(false)
                        .timeouts(ServerTimeouts.defaults().withIdle(java.time.Duration.ofMillis(100)))
                        .start();
                RawClient client = new RawClient(impatient.localAddress())) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                            .response("GET")
                            .status())
                    .isEqualTo(200);

            assertThat(client.ended()).isTrue();
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

    @ParameterizedTest
    @ValueSource(strings = {"\u000b", "\u000c", "\u001c", "\u001d", "\u001e", "\u0001", "\u007f"})
    void refusesControlCharactersInHeaderValues(String control) {
        try (RawClient http = new RawClient(server.localAddress());
                RawClient webSocket = new RawClient(server.localAddress())) {
            http.send("GET / HTTP/1.1\r\nHost: h\r\nX-A: a" + control + "b: c\r\n\r\n");

            assertThat(http.response("GET").status()).isEqualTo(400);
            assertThat(webSocket.handshake("/", "X-A: a" + control + "b: c").status())
                    .isEqualTo(400);
        }
    }
}
