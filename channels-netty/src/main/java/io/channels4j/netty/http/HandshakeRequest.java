package io.channels4j.netty.http;

import io.channels4j.Headers;
import io.channels4j.ScopeBuilder;

/**
 * A request to open a WebSocket.
 *
 * @param method the method on the wire, which is CONNECT for an extended CONNECT
 * @param extended whether this is an extended CONNECT (RFC 8441) rather than an HTTP/1.1 upgrade
 * @param headers the headers
 * @param hasBody whether the request has a body (HTTP/1.1) or its stream has ended (HTTP/2). It then cannot become a
 *     WebSocket.
 * @param scope the builder for the WebSocket's scope, with the properties of the request
 * @param responses the format of the response
 */
public record HandshakeRequest(
        String method,
        boolean extended,
        Headers headers,
        boolean hasBody,
        ScopeBuilder scope,
        ResponseFormat responses) {}
