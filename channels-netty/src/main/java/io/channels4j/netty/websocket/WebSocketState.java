package io.channels4j.netty.websocket;

/**
 * The state of one WebSocket (RFC 6455 §4-7). {@link WebSocketSender} holds it and makes every change.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>state</th><th>meaning</th><th>input</th><th>next</th></tr>
 * <tr><td>{@link #HANDSHAKE}</td><td>the application has not responded to the handshake</td><td>held</td>
 *     <td>DECIDING, REFUSING, CLOSED</td></tr>
 * <tr><td>{@link #DECIDING}</td><td>a thread is admitting the response</td><td>held</td><td>ACCEPTED, DISCARDING, CLOSED</td></tr>
 * <tr><td>{@link #REFUSING}</td><td>the application is sending a response that refuses the handshake</td><td>held</td>
 *     <td>DECIDING (by the server, before the first byte), DISCARDING, CLOSED</td></tr>
 * <tr><td>{@link #ACCEPTED}</td><td>the response is admitted; the event loop does not read yet</td><td>held</td>
 *     <td>OPEN, CLOSING, DISCARDING, CLOSED</td></tr>
 * <tr><td>{@link #OPEN}</td><td>messages flow in both directions</td><td>delivered</td>
 *     <td>ANSWERING, CLOSING, DISCARDING, DISCONNECTED</td></tr>
 * <tr><td>{@link #ANSWERING}</td><td>the peer ended its input; the application handles the messages before the end</td><td>discarded</td>
 *     <td>CLOSING, DISCARDING, CLOSED</td></tr>
 * <tr><td>{@link #CLOSING}</td><td>the server sent a close frame</td><td>read up to the peer's close frame; messages are discarded</td>
 *     <td>DISCARDING, CLOSED</td></tr>
 * <tr><td>{@link #DISCARDING}</td><td>the transport closes once all output is written</td><td>discarded</td><td>CLOSED</td></tr>
 * <tr><td>{@link #DISCONNECTED}</td><td>the transport closed; input may still be held</td><td>delivered</td><td>CLOSED</td></tr>
 * <tr><td>{@link #CLOSED}</td><td>the last event is available to the application</td><td>discarded</td><td></td></tr>
 * </table>
 *
 * <p>In {@link #CLOSING} and every later state, the outbound queue is closed.
 */
enum WebSocketState {
    HANDSHAKE,
    DECIDING,
    REFUSING,
    ACCEPTED,
    OPEN,
    ANSWERING,
    CLOSING,
    DISCARDING,
    DISCONNECTED,
    CLOSED;

    boolean allows(WebSocketState next) {
        return switch (this) {
            case HANDSHAKE -> next == DECIDING || next == REFUSING || next == CLOSED;
            case DECIDING -> next == ACCEPTED || next == DISCARDING || next == CLOSED;
            case REFUSING -> next == DECIDING || next == DISCARDING || next == CLOSED;
            case ACCEPTED -> next == OPEN || next == CLOSING || next == DISCARDING || next == CLOSED;
            case OPEN -> next == ANSWERING || next == CLOSING || next == DISCARDING || next == DISCONNECTED;
            case ANSWERING -> next == CLOSING || next == DISCARDING || next == CLOSED;
            case CLOSING -> next == DISCARDING || next == CLOSED;
            case DISCARDING, DISCONNECTED -> next == CLOSED;
            case CLOSED -> false;
        };
    }

    /** Returns whether the application can send messages. */
    boolean sendsMessages() {
        return this == OPEN || this == ACCEPTED || this == ANSWERING;
    }

    boolean isHandshake() {
        return this == HANDSHAKE || this == DECIDING || this == REFUSING;
    }

    /** Returns whether the response to the handshake is being admitted, or is admitted but the event loop does not read yet. */
    boolean isBeingAccepted() {
        return this == DECIDING || this == ACCEPTED;
    }

    boolean deliversInput() {
        return this == OPEN || this == DISCONNECTED;
    }

    boolean discardsInput() {
        return this == ANSWERING || isEnding();
    }

    /** Returns whether the application neither sends nor receives any more. */
    boolean isEnding() {
        return this == DISCARDING || this == CLOSED;
    }
}
