package io.channels4j.netty.http;

import io.channels4j.Headers;
import io.channels4j.netty.outbound.OutboundFrame;

/** The form of responses in one version of HTTP. Immutable. */
public interface ResponseFormat {

    /** Returns the writer of the response to a request. */
    ResponseWriter response(RequestHead request);

    /** Returns the writer of a response that refuses a request; on HTTP/1.1 it is the connection's last. */
    ResponseWriter refusal();

    /** Returns the response that opens a WebSocket, with the headers of the handshake and of the application. */
    OutboundFrame accepted(Headers headers);
}
