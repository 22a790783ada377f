package io.channels4j.netty.http1;

import io.channels4j.Headers;
import io.channels4j.netty.connection.ServerHeaders;
import io.channels4j.netty.http.RequestHead;
import io.channels4j.netty.http.ResponseFormat;
import io.channels4j.netty.http.ResponseWriter;
import io.channels4j.netty.outbound.EncodedBytes;
import io.channels4j.netty.outbound.OutboundFrame;
import java.nio.charset.StandardCharsets;

/** The format of HTTP/1.1 responses, including the upgrade to a WebSocket (RFC 6455 §4.2.2). */
record Http1Format(ServerHeaders signature) implements ResponseFormat {

    @Override
    public ResponseWriter response(RequestHead request) {
        boolean toHead = request.method().equals("HEAD");
        boolean http10 = request.httpVersion().equals("1.0");
        return new Http1Response(signature, toHead, http10, request.keepAlive());
    }

    @Override
    public ResponseWriter refusal() {
        return new Http1Response(signature, false, false, false);
    }

    @Override
    public String date() {
        return ResponseWriter.date(signature);
    }

    @Override
    public OutboundFrame accepted(Headers headers) {
        StringBuilder head = new StringBuilder(192)
                .append("HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return EncodedBytes.of(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}
