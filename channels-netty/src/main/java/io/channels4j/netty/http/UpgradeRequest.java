package io.channels4j.netty.http;

import io.channels4j.Headers;
import io.channels4j.ScopeBuilder;

/**
 * A request that asks for a WebSocket.
 *
 * @param method the method; for an extended CONNECT (RFC 8441) that of HTTP/2
 * @param extended whether it is an extended CONNECT, and not an upgrade of HTTP/1.1
 * @param headers the headers
 * @param hasBody whether a body follows, or on HTTP/2 nothing can
 * @param scope what the request says, for the scope of a WebSocket
 * @param answers write the answer
 */
public record UpgradeRequest(
        String method, boolean extended, Headers headers, boolean hasBody, ScopeBuilder scope, Answers answers) {}
