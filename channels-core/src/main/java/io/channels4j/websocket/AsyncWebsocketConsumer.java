package io.channels4j.websocket;

import io.channels4j.CheckReturnValue;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.engine.ConsumerProxy;
import io.channels4j.engine.PlainText;
import io.channels4j.internal.Stages;
import java.util.concurrent.CompletionStage;

/**
 * The base class for WebSocket consumers whose callbacks return stages and must not block.
 *
 * {@snippet class="io.channels4j.websocket.ConsumerSnippets" region="echo"}
 *
 * <p>{@link #connect()} accepts or rejects the handshake. If an override does neither before the handshake time-out, the server
 * rejects the handshake with status 503. Once the handshake has been accepted, {@link #receive(String)} or {@link
 * #receive(byte[])} is called for each message from the client. The {@link io.channels4j.consumer.Handles} methods are
 * called for messages from the layer.
 *
 * <p>For threading and failure handling, see {@link AsyncConsumer}. If a callback fails and {@link #onError} does not handle the
 * failure, the connection is closed, by default with code 1011. If the handshake has not been accepted, it is rejected, by
 * default with status 500.
 */
public abstract class AsyncWebsocketConsumer extends AsyncConsumer {

    /** The proxy that calls this consumer, or the consumer itself. */
    AsyncWebsocketConsumer hooks = this;

    /** Creates a consumer. The first instance of each class validates its handlers. */
    protected AsyncWebsocketConsumer() {}

    /**
     * Accepts or rejects the handshake. Accepts it by default.
     *
     * @return a stage that completes when messages from the client and the layer may be delivered
     */
    @CheckReturnValue
    protected CompletionStage<Void> connect() {
        return accept();
    }

    /**
     * Handles a text message from the client. Does nothing by default.
     *
     * @param text the text
     * @return a stage that completes when the next callback may run
     */
    @CheckReturnValue
    protected CompletionStage<Void> receive(String text) {
        return Stages.done();
    }

    /**
     * Handles a binary message from the client. Does nothing by default.
     *
     * @param bytes the bytes, which the consumer may keep
     * @return a stage that completes when the next callback may run
     */
    @CheckReturnValue
    protected CompletionStage<Void> receive(byte[] bytes) {
        return Stages.done();
    }

    /**
     * Accepts the connection without a subprotocol.
     *
     * @return a stage that completes when the server has accepted the event
     */
    @CheckReturnValue
    protected final CompletionStage<Void> accept() {
        return accept(Headers.empty());
    }

    /**
     * Accepts the connection with additional response headers and without a subprotocol.
     *
     * @param headers additional response headers
     * @return a stage that completes as for {@link #accept()}
     */
    @CheckReturnValue
    protected final CompletionStage<Void> accept(Headers headers) {
        return sendEvent(new WebSocketAccept(null, headers));
    }

    /**
     * Accepts the connection with a subprotocol.
     *
     * @param subprotocol a subprotocol that the client offered
     * @return a stage that completes as for {@link #accept()}. It fails if the client did not offer the subprotocol.
     */
    @CheckReturnValue
    protected final CompletionStage<Void> accept(String subprotocol) {
        return accept(subprotocol, Headers.empty());
    }

    /**
     * Accepts the connection with a subprotocol and headers.
     *
     * @param subprotocol a subprotocol that the client offered
     * @param headers additional response headers
     * @return a stage that completes as for {@link #accept(String)}
     */
    @CheckReturnValue
    protected final CompletionStage<Void> accept(String subprotocol, Headers headers) {
        return sendEvent(new WebSocketAccept(subprotocol, headers));
    }

    /**
     * Rejects the handshake with an HTTP response (the ASGI denial response).
     *
     * @param status the status, such as 401
     * @param headers the headers
     * @param body the body
     * @return a stage that completes when the server has accepted the events
     */
    @CheckReturnValue
    protected final CompletionStage<Void> reject(int status, Headers headers, byte[] body) {
        CompletionStage<Void> started = sendEvent(new WebSocketResponseStart(status, headers));
        return Stages.both(started, sendEvent(new WebSocketResponseBody(body, false)));
    }

    /**
     * Rejects the handshake with plain text.
     *
     * @param status the status, such as 401
     * @param text the body
     * @return a stage that completes as for {@link #reject(int, Headers, byte[])}
     */
    @CheckReturnValue
    protected final CompletionStage<Void> reject(int status, String text) {
        return reject(status, PlainText.HEADERS, PlainText.bytes(text));
    }

    /**
     * Sends a text message to the client.
     *
     * @param text the text; may be empty
     * @return a stage that completes when the message is admitted to the outbound queue, normally immediately. It fails
     *     with {@link io.channels4j.ConnectionClosedException} if the connection is closed.
     */
    @CheckReturnValue
    protected final CompletionStage<Void> send(String text) {
        return sendEvent(WebSocketSend.text(text));
    }

    /**
     * Sends a binary message to the client.
     *
     * @param bytes the bytes, not copied. They must not be changed afterwards.
     * @return a stage that completes as for {@link #send(String)}
     */
    @CheckReturnValue
    protected final CompletionStage<Void> send(byte[] bytes) {
        return sendEvent(WebSocketSend.binary(bytes));
    }

    /**
     * Closes the connection with code 1000. If the handshake has not been accepted, rejects it with status 403.
     *
     * @return a stage that completes when the server has accepted the event. {@link #disconnect} is called after the
     *     peer has confirmed the close or a time-out has expired.
     */
    @CheckReturnValue
    protected final CompletionStage<Void> close() {
        return close(CloseStatus.NORMAL);
    }

    /**
     * Closes the connection with a code.
     *
     * @param code the code, such as 4401
     * @param reason the reason, at most 123 bytes of UTF-8; may be empty
     * @return a stage that completes as for {@link #close()}
     */
    @CheckReturnValue
    protected final CompletionStage<Void> close(int code, String reason) {
        return close(new CloseStatus(code, reason));
    }

    /**
     * Closes the connection with a status.
     *
     * @param status the status
     * @return a stage that completes as for {@link #close()}
     */
    @CheckReturnValue
    protected final CompletionStage<Void> close(CloseStatus status) {
        return sendEvent(new WebSocketClose(status));
    }

    @Override
    @CheckReturnValue
    protected final CompletionStage<Void> receiveEvent(Event event) {
        if (event instanceof WebSocketReceive received) {
            return received(received);
        }
        return event instanceof WebSocketConnect ? hooks.connect() : Stages.done();
    }

    CompletionStage<Void> received(WebSocketReceive event) {
        return event.isText() ? hooks.receive(event.text()) : hooks.receive(event.bytes());
    }

    @Override
    protected final ConsumerProtocol protocol(Sender sender) {
        hooks = ConsumerProxy.of(scope(), this);
        return new WebSocketProtocol(scope(), getClass());
    }
}
