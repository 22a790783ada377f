package io.channels4j.websocket;

/**
 * A message of a client that a JSON consumer cannot use.
 *
 * @param problem what is wrong with it, fit for a log; it may quote what the client sent
 * @param message the message
 */
public record InvalidJson(String problem, WebSocketReceive message) {}
