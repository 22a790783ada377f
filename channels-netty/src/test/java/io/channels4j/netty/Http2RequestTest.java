package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.END_STREAM;
import static io.channels4j.netty.Http2Client.PROTOCOL_ERROR;
import static io.channels4j.netty.Http2Client.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Headers;
import io.channels4j.Scope;
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

    /** Answers with what it understood. */
    @BeforeAll
    static void start() {
        server = NettyServer.builder(Apps.script(http -> {
                    Scope scope = http.scope();
                    SCOPES.add(scope);
                    String body = http.body();
                    http.respond(200, Headers.empty(), scope.method() + " " + scope.path() + " " + body);
                }))
                .port(0)
                .lifespan(false)
                .maxBodyBytes(1000)
                .maxHeaderBytes(2000)
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

    /** The stream of a malformed request is reset, and the connection goes on (RFC 9113 §8.1.1). */
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
    void tellsTheFactsOfTheRequest() throws Exception {
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
    void servesManyRequestsAtOnce() {
        for (int stream = 1; stream < 100; stream += 2) {
            client.get(stream, "/" + stream);
        }
        for (int stream = 99; stream > 0; stream -= 2) {
            assertThat(client.response(stream).body()).isEqualTo("GET /" + stream + " ");
        }
    }

    @Test
    void readsABody() {
        client.post(1, "/p").data(1, "hel", false).data(1, "lo", true);

        assertThat(client.response(1).body()).isEqualTo("POST /p hello");
    }

    @Test
    @DisplayName("RFC 9113 §8.1: trailers end a body")
    void trailersEndABody() {
        client.post(1, "/p").data(1, "hello", false).headers(1, END_STREAM, "x-checksum", "1");

        assertThat(client.response(1).body()).isEqualTo("POST /p hello");
    }

    @Test
    @DisplayName("RFC 9113 §8.1: an empty DATA frame ends a body")
    void anEmptyFrameEndsABody() {
        client.post(1, "/p").data(1, "hello", false).data(1, "", true);

        assertThat(client.response(1).body()).isEqualTo("POST /p hello");
    }

    @Test
    @DisplayName("RFC 9113 §6.1: padding is no part of a body")
    void paddingIsNoPartOfABody() {
        client.post(1, "/p").frame(Http2Client.DATA, END_STREAM | 8, 1, new byte[] {3, 'h', 'i', 0, 0, 0});

        assertThat(client.response(1).body()).isEqualTo("POST /p hi");
    }

    // ---- headers ----

    @Test
    @DisplayName("RFC 9113 §8.3.1: the authority is the host")
    void theAuthorityIsTheHost() throws Exception {
        client.get(1, "/", "x-one", "a", "x-two", "b", "x-one", "c");

        assertThat(scope().headers()).isEqualTo(Headers.of("host", "h", "x-one", "a", "x-two", "b", "x-one", "c"));
    }

    @Test
    @DisplayName("RFC 9113 §8.3.1: a host header stands in for the authority")
    void aHostHeaderStandsInForTheAuthority() throws Exception {
        client.headers(1, END_STREAM, ":method", "GET", ":scheme", "http", ":path", "/", "host", "example.com");

        assertThat(scope().headers()).isEqualTo(Headers.of("host", "example.com"));
    }

    @Test
    void refusesARequestWithoutAnyHost() {
        client.headers(1, END_STREAM, ":method", "GET", ":scheme", "http", ":path", "/");

        assertThat(client.response(1).status()).isEqualTo(400);
    }

    @Test
    @DisplayName("RFC 9113 §8.3.1: a host that contradicts the authority is malformed")
    void aHostThatContradictsTheAuthorityIsMalformed() {
        assertMalformed(Http2Client.request("GET", "/", "host", "other"));
    }

    @Test
    @DisplayName("RFC 9113 §8.3.1: an authority with a user is malformed")
    void anAuthorityWithAUserIsMalformed() {
        assertMalformed(":method", "GET", ":scheme", "http", ":path", "/", ":authority", "me@h");
    }

    @Test
    @DisplayName("RFC 9113 §8.2.3: crumbs of cookies are joined")
    void joinsCrumbsOfCookies() throws Exception {
        client.get(1, "/", "cookie", "a=1", "x", "y", "cookie", "b=2");

        assertThat(scope().headers().all("cookie")).containsExactly("a=1; b=2");
    }

    @Test
    @DisplayName("RFC 9113 §8.2.1: upper case in a name is malformed")
    void upperCaseInANameIsMalformed() {
        assertMalformed(Http2Client.request("GET", "/", "X-Upper", "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x y", "x\u0000y", "x\u007fy", "x\u00e9", "x:y", ""})
    @DisplayName("RFC 9113 §8.2.1: a name that is no token is malformed")
    void aNameThatIsNoTokenIsMalformed(String name) {
        assertMalformed(Http2Client.request("GET", "/", name, "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb", "a\u0000b", "a\nb", " a", "a ", "\ta"})
    @DisplayName("RFC 9113 §8.2.1: a value with a line feed, or blanks around it, is malformed")
    void aValueThatCouldEndALineIsMalformed(String value) {
        assertMalformed(Http2Client.request("GET", "/", "x", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"})
    @DisplayName("RFC 9113 §8.2.2: a header of one connection is malformed")
    void aHeaderOfOneConnectionIsMalformed(String name) {
        assertMalformed(Http2Client.request("GET", "/", name, "x"));
    }

    @Test
    @DisplayName("RFC 9113 §8.2.2: te other than trailers is malformed")
    void teOtherThanTrailersIsMalformed() {
        assertMalformed(Http2Client.request("GET", "/", "te", "gzip"));
    }

    @Test
    @DisplayName("RFC 9113 §8.2.2: te may be trailers")
    void teMayBeTrailers() {
        assertThat(client.get(1, "/", "te", "trailers").response(1).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2, 4})
    @DisplayName("RFC 9113 §8.3.1: a request without method, scheme or path is malformed")
    void aMissingPseudoHeaderIsMalformed(int missing) {
        String[] all = Http2Client.request("GET", "/");
        String[] fewer = new String[6];
        System.arraycopy(all, 0, fewer, 0, missing);
        System.arraycopy(all, missing + 2, fewer, missing, 6 - missing);
        assertMalformed(fewer);
    }

    @ParameterizedTest
    @ValueSource(strings = {":method", ":scheme", ":path", ":authority"})
    @DisplayName("RFC 9113 §8.3: a pseudo-header that comes twice is malformed")
    void aSecondPseudoHeaderIsMalformed(String name) {
        String[] fields = Http2Client.request("GET", "/", name, "h");
        System.arraycopy(new String[] {name, "h"}, 0, fields, 8, 2);
        assertMalformed(fields);
    }

    @ParameterizedTest
    @ValueSource(strings = {":status", ":unknown"})
    @DisplayName("RFC 9113 §8.3: a pseudo-header of no request is malformed")
    void aPseudoHeaderOfNoRequestIsMalformed(String name) {
        assertMalformed(Http2Client.request("GET", "/", name, "200"));
    }

    @Test
    @DisplayName("RFC 9113 §8.3: a pseudo-header behind a header is malformed")
    void aPseudoHeaderBehindAHeaderIsMalformed() {
        assertMalformed("x", "y", ":method", "GET", ":scheme", "http", ":path", "/", ":authority", "h");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "p", "http://h/", "/a b", "/a\u0001", "*"})
    @DisplayName("RFC 9113 §8.3.1: a path that is none is malformed")
    void aPathThatIsNoneIsMalformed(String path) {
        assertMalformed(Http2Client.request("GET", path));
    }

    @Test
    @DisplayName("RFC 9113 §8.1: a pseudo-header in trailers is malformed")
    void aPseudoHeaderInTrailersIsMalformed() {
        client.post(1, "/p").headers(1, END_STREAM, ":path", "/");

        assertThat(client.next(1).error()).isEqualTo(PROTOCOL_ERROR);
    }

    @Test
    @DisplayName("RFC 9113 §8.1: headers within a body are malformed")
    void headersWithinABodyAreMalformed() {
        client.post(1, "/p").headers(1, 0, "x", "y");

        assertThat(client.next(1).error()).isEqualTo(PROTOCOL_ERROR);
    }

    @Test
    @DisplayName("RFC 9113 §5.1: what follows on the stream of a malformed request does no harm")
    void whatFollowsOnTheStreamOfAMalformedRequestDoesNoHarm() {
        client.headers(1, 0, Http2Client.request("POST", "/", "X-Upper", "1"))
                .data(1, "body", false)
                .headers(1, END_STREAM, "x", "y");

        assertThat(client.next(1).error()).isEqualTo(PROTOCOL_ERROR);
        assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
    }

    // ---- lengths ----

    @ParameterizedTest
    @ValueSource(strings = {"4", "6", "-1", "x", "5, 6"})
    @DisplayName("RFC 9113 §8.1.1: a content-length that is not that of the body is malformed")
    void aContentLengthThatIsNotThatOfTheBodyIsMalformed(String length) {
        client.post(1, "/p", "content-length", length).data(1, "hello", true);

        assertThat(client.next(1).error()).isEqualTo(PROTOCOL_ERROR);
        assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
    }

    @Test
    void takesAContentLengthThatIsRight() {
        client.post(1, "/p", "content-length", "5").data(1, "hello", true);

        assertThat(client.response(1).body()).isEqualTo("POST /p hello");
    }

    @Test
    void refusesABodyThatIsAnnouncedToBeTooLong() {
        client.post(1, "/p", "content-length", "1001");

        assertThat(client.response(1).status()).isEqualTo(413);
    }

    @Test
    void refusesABodyThatBecomesTooLong() {
        client.post(1, "/p").data(1, "x".repeat(1001), false);

        assertThat(client.response(1).status()).isEqualTo(413);
    }

    @Test
    @DisplayName("RFC 9113 §8.1: a client need not send on once it is answered")
    void aClientNeedNotSendOnOnceItIsAnswered() {
        client.post(1, "/p", "content-length", "1001");
        client.response(1);

        Http2Client.Frame reset = client.next(1);
        assertThat(reset.type()).isEqualTo(RST_STREAM);
        assertThat(reset.error()).isEqualTo(Http2Client.NO_ERROR);
    }

    @Test
    @DisplayName("RFC 6585 §5: headers that are too long get status 431")
    void refusesHeadersThatAreTooLong() {
        client.get(1, "/", "x", "y".repeat(2000));

        assertThat(client.response(1).status()).isEqualTo(431);
        assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("RFC 6585 §5: headers that are not even kept get status 431")
    void refusesHeadersThatAreNotEvenKept() {
        client.get(1, "/", "x", "y".repeat(8000));

        assertThat(client.response(1).status()).isEqualTo(431);
        assertThat(client.get(3, "/").response(3).status()).isEqualTo(200);
    }

    @Test
    @DisplayName("RFC 9113 §10.5.1: headers without end, in frames of their own, end the connection")
    void headersWithoutEndEndTheConnection() {
        byte[] part = Http2Client.block("x", "y".repeat(9000));
        client.frame(Http2Client.HEADERS, END_STREAM, 1, Http2Client.block(Http2Client.request("GET", "/")));
        client.frame(Http2Client.CONTINUATION, 0, 1, part);

        assertThat(client.await(Http2Client.GOAWAY).error()).isNotEqualTo(Http2Client.NO_ERROR);
        assertThat(client.ended()).isTrue();
    }

    // ---- methods ----

    @Test
    @DisplayName("RFC 9113 §8.5: a tunnel is not made")
    void refusesToMakeATunnel() {
        client.headers(1, 0, ":method", "CONNECT", ":authority", "example.com:443");

        assertThat(client.response(1).status()).isEqualTo(501);
    }

    @Test
    @DisplayName("RFC 9113 §8.5: a CONNECT with a path is malformed")
    void aConnectWithAPathIsMalformed() {
        assertMalformed(Http2Client.request("CONNECT", "/"));
    }

    @Test
    void answersAHeadRequestWithoutABody() {
        client.headers(1, END_STREAM, Http2Client.request("HEAD", "/p"));

        Http2Client.Response response = client.response(1);
        assertThat(response.header("content-length")).isEqualTo("8");
        assertThat(response.body()).isEmpty();
    }

    @Test
    @DisplayName("RFC 9110 §10.1.1: the client is told to go on when the application asks for the body")
    void tellsTheClientToGoOn() {
        client.post(1, "/p", "expect", "100-continue");
        assertThat(client.head(1).status()).isEqualTo(100);
        client.data(1, "hello", true);

        assertThat(client.response(1).body()).isEqualTo("POST /p hello");
    }

    @Test
    void refusesAnyOtherExpectation() {
        assertThat(client.post(1, "/p", "expect", "wonders").response(1).status())
                .isEqualTo(417);
    }
}
