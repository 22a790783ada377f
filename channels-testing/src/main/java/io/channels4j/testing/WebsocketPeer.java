package io.channels4j.testing;

import io.channels4j.websocket.CloseStatus;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * A WebSocket client for tests, in process ({@link WebsocketCommunicator}) or over a socket ({@link LiveWebsocket}). The same
 * test can run with either.
 *
 * <p><b>Failure.</b> A call that times out or does not receive what it expects throws an {@link AssertionError}. A
 * message of another kind stays in the queue.
 *
 * <p><b>Threads.</b> Thread-safe. Calls block.
 */
public sealed interface WebsocketPeer extends AutoCloseable permits WebsocketCommunicator, LiveWebsocket {

    /**
     * Requests a connection and waits for the response. Later calls return the same response.
     *
     * @return the response
     */
    Handshake connect();

    /**
     * Sends a text message.
     *
     * @param text the text, which may be empty
     * @throws IllegalStateException if {@link #connect()} has not been accepted, or after {@link #disconnect()}
     */
    void sendTo(String text);

    /**
     * Sends a binary message.
     *
     * @param bytes the bytes, which may be empty
     * @throws IllegalStateException if {@link #connect()} has not been accepted, or after {@link #disconnect()}
     */
    void sendTo(byte[] bytes);

    /**
     * Sends an object as JSON text.
     *
     * @param content the object
     * @throws IllegalStateException if {@link #connect()} has not been accepted, or after {@link #disconnect()}
     */
    void sendJsonTo(Object content);

    /**
     * Receives a text message.
     *
     * @return the text
     */
    String receiveFrom();

    /**
     * Receives a binary message.
     *
     * @return the bytes
     */
    byte[] receiveBytesFrom();

    /**
     * Receives a text message that is JSON.
     *
     * @return the JSON
     */
    JsonNode receiveJsonFrom();

    /**
     * Receives the other side's close frame.
     *
     * @return its code and reason
     */
    CloseStatus receiveClose();

    /**
     * Returns whether nothing is received within 100 ms. Received messages stay in the queue.
     *
     * @return true if nothing was received
     */
    boolean receiveNothing();

    /**
     * Returns whether nothing is received within the given time. Received messages stay in the queue.
     *
     * @param time how long to wait
     * @return true if nothing was received
     */
    boolean receiveNothing(Duration time);

    /** Closes the connection with code 1000 and waits until it has ended. */
    void disconnect();

    /**
     * Closes the connection and waits until it has ended.
     *
     * @param code the close code, or 1006 for a lost connection
     */
    void disconnect(int code);

    /** Disconnects if the connection is open. Closing again has no effect. */
    @Override
    void close();
}
