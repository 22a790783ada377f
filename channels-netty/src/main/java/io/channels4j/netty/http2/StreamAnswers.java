package io.channels4j.netty.http2;

import io.channels4j.Headers;
import io.channels4j.netty.connection.ServerHeaders;
import io.channels4j.netty.http.Answers;
import io.channels4j.netty.http.ResponseWriter;
import io.channels4j.netty.outbound.OutboundFrame;
import io.netty.handler.codec.http2.Http2Headers;

/** The answers to an extended CONNECT (RFC 8441 §5). */
record StreamAnswers(ServerHeaders signature) implements Answers {

    @Override
    public OutboundFrame accepted(Headers headers) {
        Http2Headers head = StreamResponse.head(200);
        StreamResponse.add(headers, head);
        return new StreamPart(head, new byte[0], false);
    }

    @Override
    public ResponseWriter refusal() {
        return new StreamResponse(signature, false);
    }
}
