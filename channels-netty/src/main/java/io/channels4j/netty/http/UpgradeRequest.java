package io.channels4j.netty.http;

import io.channels4j.Headers;
import io.channels4j.ScopeBuilder;

/**
 * A request that asks for a WebSocket.
 *
 * @param method the method
 * @param headers the headers
 * @param hasBody whether a body follows
 * @param scope what the request says, for the scope of a WebSocket
 */
public record UpgradeRequest(String method, Headers headers, boolean hasBody, ScopeBuilder scope) {}
