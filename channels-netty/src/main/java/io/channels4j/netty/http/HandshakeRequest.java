package io.channels4j.netty.http;

import io.channels4j.Headers;
import io.channels4j.ScopeBuilder;

/**
 * A request that asks for a WebSocket.
 *
 * @param method the method on the wire: CONNECT for an extended CONNECT
 * @param extended whether this is an extended CONNECT (RFC 8441) rather than an upgrade of HTTP/1.1
 * @param headers the headers
 * @param hasBody whether the request cannot become a WebSocket: on HTTP/1.1 because it has a body, on HTTP/2 because its stream has
 *     ended
 * @param scope the properties of the request, for the scope of a WebSocket
 * @param responses the form of the response
 */
public record HandshakeRequest(
        String method,
        boolean extended,
        Headers headers,
        boolean hasBody,
        ScopeBuilder scope,
        ResponseFormat responses) {}
