package io.channels4j.netty.http;

import io.channels4j.Headers;
import io.channels4j.netty.outbound.OutboundFrame;

/** The answers to one request that asks for a WebSocket, in the form of its version of HTTP. */
public interface Answers {

    /** Returns what opens the WebSocket, with the headers of the handshake and of the application. */
    OutboundFrame accepted(Headers headers);

    /** Returns the writer of a response that refuses it. */
    ResponseWriter refusal();
}
