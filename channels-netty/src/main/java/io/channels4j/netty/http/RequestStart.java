package io.channels4j.netty.http;

import io.channels4j.ScopeBuilder;
import io.channels4j.netty.connection.ServerContext;
import io.channels4j.netty.eventloop.EventLoopState;
import io.channels4j.netty.eventloop.ManagedConnection;
import io.netty.channel.Channel;

/**
 * Prepares a request in the same way for all versions of HTTP. It creates the scope, checks the limits and the expectation, and
 * admits the request.
 *
 * <p>Confined to its event loop.
 */
record RequestStart(ServerContext server, EventLoopState loop, WebSocketUpgrader webSockets, ResponseFormat format) {

    /**
     * Returns the exchange for a request. The exchange has not been started yet.
     *
     * @throws RequestRejectedException if the request is refused
     */
    HttpExchange exchange(RequestHead head, HttpHandler handler) {
        ScopeBuilder scope = scope("http", head, handler.socket());
        long maxBodyBytes = server.limits().maxBodyBytes();
        if (head.contentLength() > maxBodyBytes) {
            throw RequestRejectedException.tooLarge(maxBodyBytes);
        }
        boolean expectsContinue = head.expectsContinue();
        if (!server.admission().beginRequest()) {
            throw RequestRejectedException.beyond("requests");
        }
        return new HttpExchange(handler, scope, format.response(head), expectsContinue);
    }

    /**
     * Returns the handler for a WebSocket.
     *
     * @throws RequestRejectedException if the request is refused
     */
    ManagedConnection webSocket(RequestHead head, Channel socket) {
        ScopeBuilder scope = scope("websocket", head, socket);
        boolean extended = head.isHttp2();
        boolean unfit = extended ? !head.hasBody() : head.hasBody();
        HandshakeRequest handshake = new HandshakeRequest(
                extended ? "CONNECT" : head.method(), extended, head.headers(), unfit, scope, format);
        if (!server.admission().beginHandshake()) {
            throw RequestRejectedException.beyond("handshakes");
        }
        return webSockets.upgrade(handshake, loop);
    }

    private ScopeBuilder scope(String type, RequestHead head, Channel socket) {
        ScopeBuilder scope = server.scope(type, loop);
        try {
            scope.target(head.target());
        } catch (IllegalArgumentException e) {
            throw new RequestRejectedException(400, String.valueOf(e.getMessage()));
        }
        scope.headers(head.headers()).method(head.method()).httpVersion(head.httpVersion());
        ConnectionFacts.addTo(scope, socket, head, server.proxyHeaders()); // may replace the host header
        return scope;
    }
}
