package io.channels4j.netty.http2.stream;

import io.channels4j.Headers;
import io.channels4j.netty.connection.ServerHeaders;
import io.channels4j.netty.http.RequestHead;
import io.channels4j.netty.http.ResponseFormat;
import io.channels4j.netty.http.ResponseWriter;
import io.channels4j.netty.outbound.OutboundFrame;
import io.netty.handler.codec.http2.Http2Headers;

/** The format of HTTP/2 responses, including the response to an extended CONNECT (RFC 8441 §5). */
record StreamFormat(ServerHeaders signature) implements ResponseFormat {

    @Override
    public ResponseWriter response(RequestHead request) {
        return new StreamResponse(signature, request.method().equals("HEAD"));
    }

    @Override
    public ResponseWriter refusal() {
        return new StreamResponse(signature, false);
    }

    @Override
    public String date() {
        return ResponseWriter.date(signature);
    }

    @Override
    public OutboundFrame accepted(Headers headers) {
        Http2Headers head = StreamResponse.head(200);
        StreamResponse.add(headers, head);
        return StreamResponsePart.opening(head);
    }
}
