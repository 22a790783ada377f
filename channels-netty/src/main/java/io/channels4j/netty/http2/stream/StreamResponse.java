package io.channels4j.netty.http2.stream;

import io.channels4j.Headers;
import io.channels4j.netty.connection.ServerHeaders;
import io.channels4j.netty.http.ResponseWriter;
import io.channels4j.netty.outbound.OutboundFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;

/** Writes one response to a stream (RFC 9113 §8.1). */
final class StreamResponse extends ResponseWriter {

    private static final byte[] NOTHING = {};
    private static final StreamResponsePart CONTINUE = new StreamResponsePart(head(100), NOTHING, false);

    StreamResponse(ServerHeaders signature, boolean toHead) {
        super(signature, toHead);
    }

    static Http2Headers head(int status) {
        return new DefaultHttp2Headers(false).status(AsciiString.of(Integer.toString(status)));
    }

    /** Adds headers, except those that HTTP/2 does not allow (RFC 9113 §8.2.2). */
    static void add(Headers headers, Http2Headers head) {
        headers.forEach((name, value) -> {
            switch (name) {
                case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade" -> {
                    // HTTP/1.1 only
                }
                default -> head.add(AsciiString.of(name), new AsciiString(value, StandardCharsets.ISO_8859_1));
            }
        });
    }

    @Override
    protected ResponseWriter restart(boolean mayKeepAlive) {
        return new StreamResponse(signature(), toHead());
    }

    @Override
    protected OutboundFrame continueResponse() {
        return CONTINUE;
    }

    @Override
    protected boolean keepsAlive() {
        return true;
    }

    @Override
    protected void closeAfterwards() {
        // an HTTP/2 response cannot announce the end of the connection; GOAWAY does
    }

    @Override
    protected OutboundFrame first(long length, byte[] body, boolean more) {
        Http2Headers head = head(status());
        add(headers(), head);
        head.remove("content-length");
        if (length != UNKNOWN) {
            head.add("content-length", AsciiString.of(Long.toString(length)));
        }
        if (!head.contains("date")) {
            head.add("date", AsciiString.of(date()));
        }
        return new StreamResponsePart(head, bodiless() ? NOTHING : body, !more);
    }

    @Override
    protected OutboundFrame next(byte[] body, boolean more) {
        return new StreamResponsePart(null, bodiless() ? NOTHING : body, !more);
    }
}
