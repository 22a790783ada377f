package io.channels4j.netty.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;

/** HTTP/1 requests: heads, bodies (chunked or with a content length), and pipelined requests. */
final class HttpCorpus implements Corpus {

    private static final int MAX_PIPELINED = 3;

    private static final List<byte[]> REQUESTS = List.of(
                    "GET /echo HTTP/1.1\r\nHost: h\r\n\r\n",
                    "GET /nowhere/%E2%82%AC?x=1&y=%41+b HTTP/1.1\r\n"
                            + "Host: h:80\r\n"
                            + "Accept: */*\r\n"
                            + "Cookie: a=b; c=\"d\"\r\n\r\n",
                    "HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n",
                    "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n",
                    "GET http://h/stream?q HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n",
                    "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
                    "GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
                    "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\nhello world",
                    "POST /early HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
                    "POST /echo HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
                    "POST /echo HTTP/1.1\r\n"
                            + "Host: h\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n"
                            + "5\r\n"
                            + "hello\r\n"
                            + "6;a=b\r\n"
                            + " world\r\n"
                            + "0\r\n\r\n",
                    "POST /early HTTP/1.1\r\n"
                            + "Host: h\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n"
                            + "a\r\n"
                            + "0123456789\r\n"
                            + "0\r\n"
                            + "Trailer: x\r\n\r\n",
                    "PUT /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
                    request(
                            "GET /ws HTTP/1.1",
                            "Host: h",
                            "Upgrade: websocket",
                            "Connection: Upgrade",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                            "Sec-WebSocket-Protocol: a, b"),
                    request(
                            "GET /echo HTTP/1.1",
                            "Host: h",
                            "Upgrade: h2c",
                            "Connection: Upgrade, HTTP2-Settings",
                            "HTTP2-Settings: AAMAAABkAAQAAP__"))
            .stream()
            .map(HttpCorpus::bytes)
            .toList();

    private final Mutations mutations = new Mutations(List.of(
            "\r\n",
            "\n",
            "\r",
            "\0",
            "\r\n\r\n",
            "\r\n ",
            " ",
            "\t",
            ":",
            " :",
            ": ",
            "%00",
            "%zz",
            "%c0%80",
            "/../",
            "//",
            "?",
            "#",
            ",",
            ";",
            "\"",
            "-1",
            "0x10",
            "ffffffffffffffff",
            "99999999999999999999",
            "HTTP/1.1",
            "HTTP/2.0",
            "HTTP/9.9",
            "Host: other\r\n",
            "Content-Length: 5\r\n",
            "Content-Length: 5, 5\r\n",
            "Content-Length: -5\r\n",
            "Transfer-Encoding: chunked\r\n",
            "Transfer-Encoding: identity\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Connection: close\r\n",
            "Expect: 200-ok\r\n",
            "Upgrade: websocket\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "\u00ff",
            "\u0080",
            "x".repeat(5000)));

    private static String request(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public byte[] preamble() {
        return new byte[0];
    }

    @Override
    public byte[] input(int number, SplittableRandom random) {
        ByteArrayOutputStream requests = new ByteArrayOutputStream();
        for (int i = 1 + random.nextInt(MAX_PIPELINED); i > 0; i--) {
            requests.writeBytes(REQUESTS.get(random.nextInt(REQUESTS.size())));
        }
        return mutations.apply(requests.toByteArray(), random);
    }

    @Override
    public byte[] probe(int number) {
        return bytes("GET /probe/" + number + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    @Override
    public byte[] answer(int number) {
        return bytes("<answer " + number + ">");
    }
}
