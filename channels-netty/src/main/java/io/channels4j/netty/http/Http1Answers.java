package io.channels4j.netty.http;

import io.channels4j.Headers;
import io.channels4j.netty.connection.ServerHeaders;
import io.channels4j.netty.outbound.EncodedBytes;
import io.channels4j.netty.outbound.OutboundFrame;
import java.nio.charset.StandardCharsets;

/** The answers to an upgrade of HTTP/1.1 (RFC 6455 §4.2.2). */
record Http1Answers(ServerHeaders signature) implements Answers {

    @Override
    public OutboundFrame accepted(Headers headers) {
        StringBuilder head = new StringBuilder(192)
                .append("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return EncodedBytes.of(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public ResponseWriter refusal() {
        return Http1Response.last(signature);
    }
}
