package io.channels4j.netty.http;

import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;

/** Creates the handlers for WebSockets. Thread-safe. */
@FunctionalInterface
public interface WebSocketUpgrader {

    /**
     * Returns the handler that serves the connection or stream as a WebSocket.
     *
     * @throws RequestRejectedException if the handshake is invalid
     */
    ManagedConnection upgrade(HandshakeRequest request, EventLoopState loop);
}
