package io.channels4j.testing;

import io.channels4j.websocket.CloseStatus;
import java.time.Duration;
import tools.jackson.databind.JsonNode;

/**
 * A WebSocket client for tests: in process as a {@link WebsocketCommunicator}, or over a socket as a {@link LiveWebsocket}, so that
 * one test can run with both.
 *
 * <p><b>Failure.</b> What waits in vain, or receives something else, throws an {@link AssertionError}; a message of another kind stays
 * to be received.
 *
 * <p><b>Threads.</b> Thread-safe; calls block.
 */
public sealed interface WebsocketPeer extends AutoCloseable permits WebsocketCommunicator, LiveWebsocket {

    /**
     * Asks for a connection and waits for the answer. A later call returns the same answer.
     *
     * @return the answer
     */
    Handshake connect();

    /**
     * Sends a text message.
     *
     * @param text the text; may be empty
     * @throws IllegalStateException before {@link #connect()} was accepted, or after {@link #disconnect()}
     */
    void sendTo(String text);

    /**
     * Sends a binary message.
     *
     * @param bytes the bytes; may be empty
     * @throws IllegalStateException before {@link #connect()} was accepted, or after {@link #disconnect()}
     */
    void sendTo(byte[] bytes);

    /**
     * Sends an object as JSON text.
     *
     * @param content the object
     * @throws IllegalStateException before {@link #connect()} was accepted, or after {@link #disconnect()}
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
     * Tells whether nothing comes for 100 ms. What comes stays to be received.
     *
     * @return true when nothing came
     */
    boolean receiveNothing();

    /**
     * Tells whether nothing comes for a time. What comes stays to be received.
     *
     * @param time how long to wait
     * @return true when nothing came
     */
    boolean receiveNothing(Duration time);

    /** Closes the connection with code 1000 and waits until it is over. */
    void disconnect();

    /**
     * Closes the connection and waits until it is over.
     *
     * @param code the close code; 1006 for a connection that breaks
     */
    void disconnect(int code);

    /** Leaves, if the connection is still there. Closing twice is closing once. */
    @Override
    void close();
}
