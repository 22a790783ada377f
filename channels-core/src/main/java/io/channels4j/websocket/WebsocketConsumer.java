package io.channels4j.websocket;

import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.consumer.SyncConsumer;
import io.channels4j.engine.ConsumerProxy;
import io.channels4j.engine.PlainText;

/**
 * The base class for WebSocket consumers whose callbacks may block.
 *
 * {@snippet class="io.channels4j.websocket.ConsumerSnippets" region="blocking"}
 *
 * <p>For threading and failure handling, see {@link SyncConsumer}. For the callbacks, see {@link
 * AsyncWebsocketConsumer}. Methods that send an event return once it has been admitted to the outbound queue. They
 * throw {@link io.channels4j.ConnectionClosedException} if the connection is closed.
 */
public abstract class WebsocketConsumer extends SyncConsumer {

    /** The proxy that calls this consumer, or the consumer itself. */
    WebsocketConsumer hooks = this;

    /** Creates a consumer. The first instance of each class validates its handlers. */
    protected WebsocketConsumer() {}

    /** Accepts or rejects the handshake; see {@link AsyncWebsocketConsumer#connect}. */
    protected void connect() {
        accept();
    }

    /**
     * Handles a text message from the client. Does nothing by default.
     *
     * @param text the text
     */
    protected void receive(String text) {}

    /**
     * Handles a binary message from the client. Does nothing by default.
     *
     * @param bytes the bytes, which the consumer may keep
     */
    protected void receive(byte[] bytes) {}

    /** Accepts the connection without a subprotocol. */
    protected final void accept() {
        accept(Headers.empty());
    }

    /**
     * Accepts the connection with additional response headers and without a subprotocol.
     *
     * @param headers additional response headers
     */
    protected final void accept(Headers headers) {
        sendEvent(new WebSocketAccept(null, headers));
    }

    /**
     * Accepts the connection with a subprotocol.
     *
     * @param subprotocol a subprotocol that the client offered
     */
    protected final void accept(String subprotocol) {
        accept(subprotocol, Headers.empty());
    }

    /**
     * Accepts the connection with a subprotocol and headers.
     *
     * @param subprotocol a subprotocol that the client offered
     * @param headers additional response headers
     */
    protected final void accept(String subprotocol, Headers headers) {
        sendEvent(new WebSocketAccept(subprotocol, headers));
    }

    /**
     * Rejects the handshake; see {@link AsyncWebsocketConsumer#reject(int, Headers, byte[])}.
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
     * Rejects the handshake with plain text.
     *
     * @param status the status, such as 401
     * @param text the body
     */
    protected final void reject(int status, String text) {
        reject(status, PlainText.HEADERS, PlainText.bytes(text));
    }

    /**
     * Sends a text message to the client. Waits while the outbound queue is above its low-water mark.
     *
     * @param text the text; may be empty
     */
    protected final void send(String text) {
        sendEvent(WebSocketSend.text(text));
    }

    /**
     * Sends a binary message to the client; see {@link #send(String)}.
     *
     * @param bytes the bytes, not copied. They must not be changed afterwards.
     */
    protected final void send(byte[] bytes) {
        sendEvent(WebSocketSend.binary(bytes));
    }

    /** Closes the connection; see {@link AsyncWebsocketConsumer#close()}. */
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
            hooks.connect();
        }
    }

    void received(WebSocketReceive event) {
        if (event.isText()) {
            hooks.receive(event.text());
        } else {
            hooks.receive(event.bytes());
        }
    }

    @Override
    protected final ConsumerProtocol protocol(Sender sender) {
        hooks = ConsumerProxy.of(scope(), this);
        return new WebSocketProtocol(scope(), getClass());
    }
}
