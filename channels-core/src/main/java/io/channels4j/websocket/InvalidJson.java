package io.channels4j.websocket;

/**
 * A message of a client that a JSON consumer cannot handle.
 *
 * @param problem the problem, for a log, not for the client: it may contain Java class names and quote the message
 * @param message the message
 */
public record InvalidJson(String problem, WebSocketReceive message) {}
