package io.channels4j.websocket;

import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.consumer.SyncConsumer;
import java.nio.charset.StandardCharsets;

/**
 * The base of WebSocket consumers whose callbacks may block: they run on a virtual thread or a pool's thread, never on an event
 * loop.
 *
 * {@snippet class="io.channels4j.websocket.ConsumerSnippets" region="blocking"}
 *
 * <p>Everything else is as in {@link AsyncWebsocketConsumer}; methods that send return when what they sent is admitted. Threads
 * and failures are those of {@link SyncConsumer}.
 */
public abstract class WebsocketConsumer extends SyncConsumer {

    /** Creates a consumer; its handlers are checked when the first one of its class is made. */
    protected WebsocketConsumer() {}

    /** Decides about the handshake. It accepts unless overridden. */
    protected void connect() {
        accept();
    }

    /**
     * Takes a text message of the client. It does nothing unless overridden.
     *
     * @param text the text
     */
    protected void receive(String text) {}

    /**
     * Takes a binary message of the client. It does nothing unless overridden.
     *
     * @param bytes the bytes, this consumer's to keep
     */
    protected void receive(byte[] bytes) {}

    /** Accepts the connection, without a subprotocol. */
    protected final void accept() {
        sendEvent(new WebSocketAccept());
    }

    /**
     * Accepts the connection with a subprotocol.
     *
     * @param subprotocol one that the client offered
     */
    protected final void accept(String subprotocol) {
        accept(subprotocol, Headers.empty());
    }

    /**
     * Accepts the connection with a subprotocol and headers.
     *
     * @param subprotocol one that the client offered
     * @param headers more headers for the response
     */
    protected final void accept(String subprotocol, Headers headers) {
        sendEvent(new WebSocketAccept(subprotocol, headers));
    }

    /**
     * Accepts the connection with headers, without a subprotocol.
     *
     * @param headers more headers for the response
     */
    protected final void accept(Headers headers) {
        sendEvent(new WebSocketAccept(null, headers));
    }

    /**
     * Refuses the handshake with an HTTP response (the denial response of ASGI).
     *
     * @param status the status, such as 401
     * @param headers the headers
     * @param body the body
     */
    protected final void reject(int status, Headers headers, byte[] body) {
        sendEvent(new WebSocketResponseStart(status, headers));
        sendEvent(new WebSocketResponseBody(body, false));
    }

    /**
     * Refuses the handshake with a line of text.
     *
     * @param status the status, such as 401
     * @param text the body
     */
    protected final void reject(int status, String text) {
        Headers headers = Headers.of("content-type", "text/plain; charset=utf-8");
        reject(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sends a text message to the client, and waits while much is queued already.
     *
     * @param text the text, which may be empty
     * @throws io.channels4j.ConnectionClosedException when the connection is closed
     */
    protected final void send(String text) {
        sendEvent(WebSocketSend.text(text));
    }

    /**
     * Sends a binary message to the client, and waits while much is queued already.
     *
     * @param bytes the bytes, not copied: not to be changed afterwards
     * @throws io.channels4j.ConnectionClosedException when the connection is closed
     */
    protected final void send(byte[] bytes) {
        sendEvent(WebSocketSend.binary(bytes));
    }

    /** Closes the connection with code 1000; before it is accepted, refuses it with status 403. */
    protected final void close() {
        close(CloseStatus.NORMAL);
    }

    /**
     * Closes the connection with a code.
     *
     * @param code the code, such as 4401
     * @param reason the reason, at most 123 bytes of UTF-8; may be empty
     */
    protected final void close(int code, String reason) {
        close(new CloseStatus(code, reason));
    }

    /**
     * Closes the connection with a status.
     *
     * @param status the status
     */
    protected final void close(CloseStatus status) {
        sendEvent(new WebSocketClose(status));
    }

    @Override
    protected final void receiveEvent(Event event) {
        if (event instanceof WebSocketReceive received) {
            received(received);
        } else if (event instanceof WebSocketConnect) {
            connect();
        }
    }

    void received(WebSocketReceive event) {
        if (event.isText()) {
            receive(event.text());
        } else {
            receive(event.bytes());
        }
    }

    @Override
    protected final ConsumerProtocol protocol(Sender sender) {
        return new WebSocketProtocol(scope(), getClass());
    }
}
