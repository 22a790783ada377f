package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.END_STREAM;
import static io.channels4j.netty.Http2Client.PING;
import static io.channels4j.netty.Http2Client.PROTOCOL_ERROR;
import static io.channels4j.netty.Http2Client.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Scope;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http2RequestTest extends Http2RequestFixture {

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
