package io.channels4j.netty.http;

import io.channels4j.Headers;
import io.channels4j.netty.outbound.OutboundFrame;

/** The format of responses in one version of HTTP. Immutable. */
public interface ResponseFormat {

    /** Returns a writer for the response to a request. */
    ResponseWriter response(RequestHead request);

    /** Returns a writer for a response that refuses a request. On HTTP/1.1, the connection ends with this response. */
    ResponseWriter refusal();

    /**
     * Returns the current date. The caller must not hold a lock, because the application may implement the clock.
     */
    String date();

    /** Returns the response that accepts a WebSocket, with the headers of the handshake and the application. */
    OutboundFrame accepted(Headers headers);
}
