package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.END_STREAM;
import static io.channels4j.netty.Http2Client.PING;
import static io.channels4j.netty.Http2Client.PROTOCOL_ERROR;
import static io.channels4j.netty.Http2Client.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.netty.settings.ForwardedHeader;
import io.channels4j.netty.settings.ProxySettings;
import io.channels4j.netty.settings.ServerLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http2RequestTest {

    private static final BlockingQueue<Scope> SCOPES = new LinkedBlockingQueue<>();

    private static NettyServer server;

    private Http2Client client;

    /** Responds with the method, the path and the body of the request. */
    @BeforeAll
    static void start() {
        Application describe = Apps.script(http -> {
            Scope scope = http.scope();
            String body = http.body();
            http.respond(200, Headers.empty(), scope.method() + " " + scope.path() + " " + body);
        });
        server = NettyServer.builder((scope, receiver, sender) -> {
                    SCOPES.add(scope); // added before the client receives anything
                    return describe.handle(scope, receiver, sender);
                })
                .port(0)
                .lifespan(false)
                .limits(ServerLimits.defaults()
                        .withMaxBodyBytes(1000)
                        .withMaxUrlBytes(1000)
                        .withMaxHeaderBytes(2000))
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void open() {
        SCOPES.clear();
        client = Http2Client.open(server);
    }

    @AfterEach
    void close() {
        client.close();
    }

    /** Asserts that the stream of a malformed request is reset and that the connection stays open (RFC 9113 §8.1.1). */
    private void assertMalformed(String... fields) {
        client.headers(1, END_STREAM, fields);

        Http2Client.Frame reset = client.next(1);
        assertThat(reset.type()).isEqualTo(RST_STREAM);
        assertThat(reset.error()).isEqualTo(PROTOCOL_ERROR);
        assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
        assertThat(SCOPES).hasSize(1);
    }

    private static Scope scope() throws InterruptedException {
        return SCOPES.poll(10, TimeUnit.SECONDS);
    }

    @Test
    void scopeHasTheFactsOfTheRequest() throws Exception {
        client.get(1, "/a%20b/%C3%A9?x=1&x=%202");

        Scope scope = scope();
        assertThat(scope.type()).isEqualTo("http");
        assertThat(scope.path()).isEqualTo("/a b/é");
        assertThat(scope.rawPath()).isEqualTo("/a%20b/%C3%A9");
        assertThat(scope.queryString()).isEqualTo("x=1&x=%202");
        assertThat(scope.method()).isEqualTo("GET");
        assertThat(scope.scheme()).isEqualTo("http");
        assertThat(scope.httpVersion()).isEqualTo("2");
        assertThat(scope.client()).isPresent();
        assertThat(scope.server()).isPresent();
    }

    @Test
    void servesManyConcurrentRequests() {
        for (int stream = 1; stream < 100; stream += 2) {
            client.get(stream, "/" + stream);
        }
        for (int stream = 99; stream > 0; stream -= 2) {
            assertThat(client.response(stream).body()).isEqualTo("GET /" + stream + " ");
        }
    }

    @Test
    void readsBody() {
        client.post(1, "/p").data(1, "hel", false).data(1, "lo", true);

        assertThat(client.response(1).body()).isEqualTo("POST /p hello");
    }

    @Test
    @DisplayName("RFC 9113 §8.1: trailers end the body")
    void trailersEndTheBody() {
        client.post(1, "/p").data(1, "hello", false).headers(1, END_STREAM, "x-checksum", "1");

        assertThat(client.response(1).body()).isEqualTo("POST /p hello");
    }

    @Test
    @DisplayName("RFC 9113 §8.1: an empty DATA frame ends the body")
    void emptyFrameEndsTheBody() {
        client.post(1, "/p").data(1, "hello", false).data(1, "", true);

        assertThat(client.response(1).body()).isEqualTo("POST /p hello");
    }

    @Test
    @DisplayName("RFC 9113 §6.1: padding is not part of the body")
    void paddingIsNotPartOfTheBody() {
        client.post(1, "/p").frame(Http2Client.DATA, END_STREAM | 8, 1, new byte[] {3, 'h', 'i', 0, 0, 0});

        assertThat(client.response(1).body()).isEqualTo("POST /p hi");
    }

    // ---- headers ----

    @Test
    @DisplayName("RFC 9113 §8.3.1: the authority becomes the host header")
    void authorityBecomesTheHost() throws Exception {
        client.get(1, "/", "x-one", "a", "x-two", "b", "x-one", "c");

        assertThat(scope().headers()).isEqualTo(Headers.of("host", "h", "x-one", "a", "x-two", "b", "x-one", "c"));
    }

    @Test
    @DisplayName("RFC 9113 §8.3.1: a host header replaces a missing authority")
    void hostHeaderReplacesMissingAuthority() throws Exception {
        client.headers(1, END_STREAM, ":method", "GET", ":scheme", "http", ":path", "/", "host", "example.com");

        assertThat(scope().headers()).isEqualTo(Headers.of("host", "example.com"));
    }

    @Test
    void refusesRequestWithoutHost() {
        client.headers(1, END_STREAM, ":method", "GET", ":scheme", "http", ":path", "/");

        assertThat(client.response(1).status()).isEqualTo(400);
    }

    @Test
    @DisplayName("RFC 9113 §8.3.1: a host that contradicts the authority is malformed")
    void hostThatContradictsTheAuthorityIsMalformed() {
        assertMalformed(Http2Client.request("GET", "/", "host", "other"));
    }

    @Test
    @DisplayName("RFC 9113 §8.3.1: an authority with a user is malformed")
    void authorityWithUserIsMalformed() {
        assertMalformed(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "me@h");
    }

    @Test
    @DisplayName("RFC 9113 §8.2.3: cookie crumbs are joined")
    void joinsCookieCrumbs() throws Exception {
        client.get(1, "/", "cookie", "a=1", "x", "y", "cookie", "b=2");

        assertThat(scope().headers().all("cookie")).containsExactly("a=1; b=2");
    }

    @Test
    @DisplayName("RFC 9113 §8.2.1: a name in upper case is malformed")
    void upperCaseNameIsMalformed() {
        assertMalformed(Http2Client.request("GET", "/", "X-Upper", "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x y", "x\u0000y", "x\u007fy", "x\u00e9", "x:y", ""})
    @DisplayName("RFC 9113 §8.2.1: a name other than a token is malformed")
    void invalidNameIsMalformed(String name) {
        assertMalformed(Http2Client.request("GET", "/", name, "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\u0000b", "a\nb", " a", "a ", "\ta"})
    @DisplayName("RFC 9113 §8.2.1: a value with a line break or surrounding blanks is malformed")
    void invalidValueIsMalformed(String value) {
        assertMalformed(Http2Client.request("GET", "/", "x", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"})
    @DisplayName("RFC 9113 §8.2.2: a connection-specific header is malformed")
    void connectionSpecificHeaderIsMalformed(String name) {
        assertMalformed(Http2Client.request("GET", "/", name, "x"));
    }

    @Test
    @DisplayName("RFC 9113 §8.2.2: te other than trailers is malformed")
    void teOtherThanTrailersIsMalformed() {
        assertMalformed(Http2Client.request("GET", "/", "te", "gzip"));
    }

    @Test
    @DisplayName("RFC 9113 §8.2.2: te: trailers is accepted")
    void acceptsTeTrailers() {
        assertThat(client.get(1, "/", "te", "trailers").response(1).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4})
    @DisplayName("RFC 9113 §8.3.1: a request without method, scheme or path is malformed")
    void missingPseudoHeaderIsMalformed(int missing) {
        String[] all = Http2Client.request("GET", "/");
        String[] fewer = new String[6];
        System.arraycopy(all, 0, fewer, 0, missing);
        System.arraycopy(all, missing + 2, fewer, missing, 6 - missing);
        assertMalformed(fewer);
    }

    @ParameterizedTest
    @ValueSource(strings = {":method", ":scheme", ":path", ":authority"})
    @DisplayName("RFC 9113 §8.3: a duplicate pseudo-header is malformed")
    void duplicatePseudoHeaderIsMalformed(String name) {
        String[] fields = Http2Client.request("GET", "/", name, "h");
        System.arraycopy(new String[] {name, "h"}, 0, fields, 8, 2);
        assertMalformed(fields);
    }

    @ParameterizedTest
    @ValueSource(strings = {":status", ":unknown"})
    @DisplayName("RFC 9113 §8.3: an unknown pseudo-header is malformed")
    void unknownPseudoHeaderIsMalformed(String name) {
        assertMalformed(Http2Client.request("GET", "/", name, "200"));
    }

    @Test
    @DisplayName("RFC 9113 §8.3: a pseudo-header after a header is malformed")
    void pseudoHeaderAfterHeaderIsMalformed() {
        assertMalformed("x", "y", ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "h");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "p", "http://h/", "/a b", "/a\u0001", "*"})
    @DisplayName("RFC 9113 §8.3.1: an invalid path is malformed")
    void invalidPathIsMalformed(String path) {
        assertMalformed(Http2Client.request("GET", path));
    }

    @Test
    @DisplayName("RFC 9113 §8.1: a pseudo-header in trailers is malformed")
    void pseudoHeaderInTrailersIsMalformed() {
        client.post(1, "/p").headers(1, END_STREAM, ":path", "/");

        assertThat(client.next(1).error()).isEqualTo(PROTOCOL_ERROR);
    }

    @Test
    @DisplayName("RFC 9113 §8.1: headers within the body are malformed")
    void headersWithinTheBodyAreMalformed() {
        client.post(1, "/p").headers(1, 0, "x", "y");

        assertThat(client.next(1).error()).isEqualTo(PROTOCOL_ERROR);
    }

    @Test
    @DisplayName("RFC 9113 §5.1: frames after a malformed request are ignored")
    void ignoresFramesAfterMalformedRequest() {
        client.headers(1, 0, Http2Client.request("POST", "/", "X-Upper", "1"))
                .data(1, "body", false)
                .headers(1, END_STREAM, "x", "y");

        assertThat(client.next(1).error()).isEqualTo(PROTOCOL_ERROR);
        assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
    }

    @Test
    void appliesTheForwardedHost() {
        try (NettyServer proxied = NettyServer.builder(Apps.script(http -> http.respond(
                                200,
                                Headers.empty(),
                                http.scope().headers().first("host").orElse(""))))
                        .port(0)
                        .lifespan(false)
                        .proxies(ProxySettings.defaults()
                                .withTrusted(ForwardedHeader.X_FORWARDED_WITH_HOST, "127.0.0.0/8"))
                        .start();
                Http2Client proxy = Http2Client.open(proxied)) {
            proxy.get(1, "/", "x-forwarded-for", "203.0.113.7", "x-forwarded-host", "example.com");

            assertThat(proxy.response(1).body()).isEqualTo("example.com");
        }
    }

    // ---- lengths ----

    @ParameterizedTest
    @ValueSource(strings = {"4", "6", "-1", "x", "5, 6"})
    @DisplayName("RFC 9113 §8.1.1: a content-length that differs from the body is malformed")
    void wrongContentLengthIsMalformed(String length) {
        client.post(1, "/p", "content-length", length).data(1, "hello", true);

        assertThat(client.next(1).error()).isEqualTo(PROTOCOL_ERROR);
        assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
    }

    @Test
    void acceptsCorrectContentLength() {
        client.post(1, "/p", "content-length", "5").data(1, "hello", true);

        assertThat(client.response(1).body()).isEqualTo("POST /p hello");
    }

    @Test
    void refusesBodyWithTooLargeContentLength() {
        client.post(1, "/p", "content-length", "1001");

        assertThat(client.response(1).status()).isEqualTo(413);
    }

    @Test
    void refusesBodyBeyondTheLimit() {
        client.post(1, "/p").data(1, "x".repeat(1001), false);

        assertThat(client.response(1).status()).isEqualTo(413);
    }

    @Test
    @DisplayName("RFC 9113 §8.1: a request that continues after the response is reset")
    void resetsRequestThatContinuesAfterTheResponse() {
        client.post(1, "/p", "content-length", "1001");
        client.response(1);

        Http2Client.Frame reset = client.next(1);
        assertThat(reset.type()).isEqualTo(RST_STREAM);
        assertThat(reset.error()).isEqualTo(Http2Client.NO_ERROR);
    }

    @Test
    void resetDoesNotAccompanyTheResponse() {
        client.post(1, "/p", "content-length", "1001");
        client.response(1);

        client.data(1, "more", false).frame(PING, 0, 0, new byte[8]);

        List<Integer> types = new ArrayList<>();
        while (!types.contains(PING)) {
            types.add(client.read().type());
        }
        assertThat(types).doesNotContain(RST_STREAM); // clients lose a response if the reset arrives in the same read
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", "a,b", "<x>", "h:x", "h:65536", "[::1"})
    @DisplayName("RFC 9110 §7.2: an invalid authority or host gets status 400, as on HTTP/1.1")
    void refusesInvalidHost(String host) {
        client.headers(1, END_STREAM, ":method", "GET", ":scheme", "http", ":path", "/", ":authority", host);
        client.headers(3, END_STREAM, ":method", "GET", ":scheme", "http", ":path", "/", "host", host);

        assertThat(client.response(1).status()).isEqualTo(400);
        assertThat(client.response(3).status()).isEqualTo(400);
        assertThat(client.get(5, "/").response(5).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("RFC 9110 §5.5: the bytes of a cookie in UTF-8 arrive as sent")
    void keepsBytesOfCookies() throws Exception {
        String bytes = "a=\u00c3\u00bc\u00e6\u009d\u00b1"; // in UTF-8
        client.get(1, "/", "cookie", bytes);

        assertThat(scope().headers().first("cookie")).contains(bytes);
    }

    @Test
    @DisplayName("RFC 9110 §9.3.7: OPTIONS * reaches the application")
    void optionsForTheServerReachTheApplication() {
        client.headers(1, END_STREAM, Http2Client.request("OPTIONS", "*"));

        assertThat(client.response(1).body()).isEqualTo("OPTIONS * ");
    }

    @Test
    @DisplayName("RFC 9110 §15.5.15: a target beyond the limit gets status 414")
    void refusesTooLongTarget() {
        assertThat(client.get(1, "/" + "x".repeat(999)).response(1).status()).isEqualTo(200);
        assertThat(client.get(3, "/" + "x".repeat(1000)).response(3).status()).isEqualTo(414);
        assertThat(client.get(5, "/" + "x".repeat(3000)).response(5).status()).isEqualTo(414);
    }

    @Test
    @DisplayName("RFC 6585 §5: headers that are too long get status 431")
    void refusesTooLongHeaders() {
        client.get(1, "/", "x", "y".repeat(2000));

        assertThat(client.response(1).status()).isEqualTo(431);
        assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("RFC 6585 §5: headers that are too long to buffer get status 431")
    void refusesHeadersThatAreTooLongToBuffer() {
        client.get(1, "/", "x", "y".repeat(8000));

        assertThat(client.response(1).status()).isEqualTo(431);
        assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("RFC 9113 §10.5.1: endless CONTINUATION frames close the connection")
    void closesConnectionOnEndlessHeaders() {
        byte[] part = Http2Client.block("x", "y".repeat(9000));
        client.frame(Http2Client.HEADERS, END_STREAM, 1, Http2Client.block(Http2Client.request("GET", "/")));
        client.frame(Http2Client.CONTINUATION, 0, 1, part);

        assertThat(client.await(Http2Client.GOAWAY).error()).isNotEqualTo(Http2Client.NO_ERROR);
        assertThat(client.ended()).isTrue();
    }

    // ---- methods ----

    @Test
    @DisplayName("RFC 9113 §8.5: a tunnel is refused")
    void refusesTunnel() {
        client.headers(1, 0, ":method", "CONNECT", ":authority", "example.com:443");

        assertThat(client.response(1).status()).isEqualTo(501);
    }

    @Test
    @DisplayName("RFC 9113 §8.5: a CONNECT with a path is malformed")
    void connectWithPathIsMalformed() {
        assertMalformed(Http2Client.request("CONNECT", "/"));
    }

    @Test
    void respondsToHeadWithoutBody() {
        client.headers(1, END_STREAM, Http2Client.request("HEAD", "/p"));

        Http2Client.Response response = client.response(1);
        assertThat(response.header("content-length")).isEqualTo("8");
        assertThat(response.body()).isEmpty();
    }

    @Test
    @DisplayName("RFC 9110 §10.1.1: 100 Continue is sent when the application reads the body")
    void sends100ContinueWhenTheApplicationReads() {
        client.post(1, "/p", "expect", "100-continue");
        assertThat(client.head(1).status()).isEqualTo(100);
        client.data(1, "hello", true);

        assertThat(client.response(1).body()).isEqualTo("POST /p hello");
    }

    @Test
    void refusesOtherExpectations() {
        assertThat(client.post(1, "/p", "expect", "wonders").response(1).status())
                .isEqualTo(417);
    }
}
