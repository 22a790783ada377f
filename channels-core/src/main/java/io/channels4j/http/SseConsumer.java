package io.channels4j.http;

import io.channels4j.ConnectionClosedException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.consumer.SyncConsumer;
import io.channels4j.engine.ConsumerProxy;
import io.channels4j.engine.PlainText;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Like {@link AsyncSseConsumer}, but its callbacks may block. An open stream uses no thread while no callback is running.
 *
 * <p>For threading and failure handling, see {@link SyncConsumer}. The sending methods return once the event has been
 * admitted to the outbound queue. They throw {@link ConnectionClosedException} if the stream is closed.
 */
public abstract class SseConsumer extends SyncConsumer {

    /** The proxy that calls this consumer, or the consumer itself. */
    private SseConsumer hooks = this;

    private boolean connected;
    private @Nullable SseProtocol stream;

    /** Creates a consumer. The handlers of a class are validated when its first instance is created. */
    protected SseConsumer() {}

    /** Accepts or rejects the request; see {@link AsyncSseConsumer#connect}. */
    protected void connect() {
        accept();
    }

    /**
     * Returns the id of the last event; see {@link AsyncSseConsumer#lastEventId}.
     *
     * @return the id, or empty if the browser has not received one, as on its first connection
     */
    protected final Optional<String> lastEventId() {
        return SseProtocol.lastEventId(scope());
    }

    /**
     * Returns the heartbeat interval; see {@link AsyncSseConsumer#heartbeat}.
     *
     * @return the interval, or zero for no heartbeat; {@link AsyncSseConsumer#DEFAULT_HEARTBEAT} by default
     */
    protected Duration heartbeat() {
        return AsyncSseConsumer.DEFAULT_HEARTBEAT;
    }

    /**
     * Returns the methods that the consumer accepts; see {@link AsyncSseConsumer#methods}.
     *
     * @return the methods, in upper case, where GET includes HEAD; GET by default
     */
    protected Set<String> methods() {
        return Set.of("GET");
    }

    /** Starts the stream. */
    protected final void accept() {
        accept(Headers.empty());
    }

    /**
     * Starts the stream with additional headers; see {@link AsyncSseConsumer#accept(Headers)}.
     *
     * @param headers additional response headers
     */
    protected final void accept(Headers headers) {
        respond(EventStream.start(headers), EventStream.firstPart(scope()));
    }

    /**
     * Rejects the request; see {@link AsyncSseConsumer#reject(int, Headers, byte[])}.
     *
     * @param status the status, such as 403
     * @param headers the headers
     * @param body the body, not copied
     */
    protected final void reject(int status, Headers headers, byte[] body) {
        respond(new HttpResponseStart(status, headers), new HttpResponseBody(body, false));
    }

    /**
     * Rejects the request with plain text.
     *
     * @param status the status, such as 403
     * @param text the body
     */
    protected final void reject(int status, String text) {
        reject(status, PlainText.HEADERS, PlainText.bytes(text));
    }

    /**
     * Sends an event with data only. If the peer is slow, waits until it has caught up.
     *
     * @param data the text, of one or more lines
     */
    protected final void send(String data) {
        send(ServerSentEvent.of(data));
    }

    /**
     * Sends an event; see {@link #send(String)}.
     *
     * @param event the event
     */
    protected final void send(ServerSentEvent event) {
        send(EventStream.part(event));
    }

    /** Ends the stream. Browsers reconnect automatically. */
    protected final void close() {
        send(EventStream.lastPart());
    }

    private void send(HttpResponseBody part) {
        ConnectionClosedException refusal = stream == null ? null : stream.refusal();
        if (refusal != null) {
            throw refusal;
        }
        sendEvent(part);
    }

    private void respond(HttpResponseStart start, HttpResponseBody part) {
        sendEvent(start);
        sendEvent(part);
    }

    @Override
    protected final void receiveEvent(Event event) {
        if (!connected && event instanceof HttpRequest) {
            connected = true;
            HttpProtocol rules = stream == null ? null : stream.http();
            if (rules == null || rules.isMethodAllowed()) {
                hooks.connect();
            } else {
                reject(405, rules.notAllowed(), HttpProtocol.NOT_ALLOWED);
            }
        }
    }

    @Override
    protected final ConsumerProtocol protocol(Sender sender) {
        hooks = ConsumerProxy.of(scope(), this);
        stream = new SseProtocol(scope(), getClass(), methods(), heartbeat(), sender);
        return stream;
    }
}
