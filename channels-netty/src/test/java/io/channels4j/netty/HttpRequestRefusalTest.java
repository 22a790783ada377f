package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestRefusalTest extends HttpRequestFixture {

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
    void refusesUnknownExpectation() {
        assertThat(answer("GET / HTTP/1.1\r\nHost: h\r\nExpect: miracles\r\n\r\n")
                        .status())
                .isEqualTo(417);
    }

    @Test
    void refusesOtherVersionOfHttp() {
        assertThat(answer("GET / HTTP/3.0\r\nHost: h\r\n\r\n").status()).isEqualTo(505);
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
}
