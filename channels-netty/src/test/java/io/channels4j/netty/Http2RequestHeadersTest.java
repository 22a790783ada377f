package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.END_STREAM;
import static io.channels4j.netty.Http2Client.PROTOCOL_ERROR;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import io.channels4j.netty.settings.ForwardedHeader;
import io.channels4j.netty.settings.ProxySettings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http2RequestHeadersTest extends Http2RequestFixture {

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
        try (NettyServer proxied = ServersWithoutLifespan.builder(Apps.script(http -> http.respond(
                                200,
                                Headers.empty(),
                                http.scope().headers().first("host").orElse(""))))
                        .port(0)
                        .proxies(ProxySettings.defaults()
                                .withTrusted(ForwardedHeader.X_FORWARDED_WITH_HOST, "127.0.0.0/8"))
                        .start();
                Http2Client proxy = Http2Client.open(proxied)) {
            proxy.get(1, "/", "x-forwarded-for", "203.0.113.7", "x-forwarded-host", "example.com");

            assertThat(proxy.response(1).body()).isEqualTo("example.com");
        }
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
}
