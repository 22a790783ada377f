package io.channels4j.websocket;

/**
 * A message from a client that a JSON consumer cannot handle.
 *
 * @param problem a description of the problem. Log it, but do not send it to the client. It may contain Java class
 *     names and quote the message
 * @param message the message
 */
public record InvalidJson(String problem, WebSocketReceive message) {}
