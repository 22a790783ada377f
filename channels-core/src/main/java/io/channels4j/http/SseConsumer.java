package io.channels4j.http;

import io.channels4j.ConnectionClosedException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.consumer.SyncConsumer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The base of consumers of server-sent events whose callbacks may block: they run on a virtual thread or a pool's thread, never on
 * an event loop. An open stream holds no thread.
 *
 * <p>Everything else is as in {@link AsyncSseConsumer}; methods that send return when what they sent is admitted. Threads and
 * failures are those of {@link SyncConsumer}.
 */
public abstract class SseConsumer extends SyncConsumer {

    private boolean connected;
    private @Nullable SseProtocol stream;

    /** Creates a consumer; its handlers are checked when the first one of its class is made. */
    protected SseConsumer() {}

    /** Decides about the request. It accepts unless overridden. */
    protected void connect() {
        accept();
    }

    /**
     * Returns the id of the last event that the browser saw before it came back, from the header {@code Last-Event-ID}.
     *
     * @return the id, or empty on a first visit
     */
    protected final Optional<String> lastEventId() {
        return SseProtocol.lastEventId(scope());
    }

    /**
     * Returns the time between two comments that keep the connection from being taken for dead; asked once, before
     * {@link #connect()}.
     *
     * @return the time, zero for no heartbeat; {@link AsyncSseConsumer#DEFAULT_HEARTBEAT} unless overridden
     */
    protected Duration heartbeat() {
        return AsyncSseConsumer.DEFAULT_HEARTBEAT;
    }

    /** Begins the stream. */
    protected final void accept() {
        accept(Headers.empty());
    }

    /**
     * Begins the stream with headers of the application's own, as {@link AsyncSseConsumer#accept(Headers)} does.
     *
     * @param headers more headers for the response
     */
    protected final void accept(Headers headers) {
        boolean stream = !scope().method().equals("HEAD");
        sendEvent(new HttpResponseStart(200, EventStream.headers(headers)));
        sendEvent(new HttpResponseBody(stream ? EventStream.comment() : new byte[0], stream));
    }

    /**
     * Refuses the request with a response; a browser does not come back by itself.
     *
     * @param status the status, such as 403, or 204 to tell a browser that there is nothing more
     * @param headers the headers
     * @param body the body, not copied
     */
    protected final void reject(int status, Headers headers, byte[] body) {
        sendEvent(new HttpResponseStart(status, headers));
        sendEvent(new HttpResponseBody(body, false));
    }

    /**
     * Refuses the request with a line of text.
     *
     * @param status the status, such as 403
     * @param text the body
     */
    protected final void reject(int status, String text) {
        Headers headers = Headers.of("content-type", "text/plain; charset=utf-8");
        reject(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sends an event with data only, and waits while the peer is behind.
     *
     * @param data the text, which may have several lines
     * @throws io.channels4j.ConnectionClosedException when the connection is closed
     */
    protected final void send(String data) {
        send(ServerSentEvent.of(data));
    }

    /**
     * Sends an event, and waits while the peer is behind.
     *
     * @param event the event
     * @throws io.channels4j.ConnectionClosedException when the connection is closed
     */
    protected final void send(ServerSentEvent event) {
        part(EventStream.encode(event), true);
    }

    /**
     * Ends the stream. A browser comes back by itself.
     *
     * @throws io.channels4j.ConnectionClosedException when the stream is over already
     */
    protected final void close() {
        part(new byte[0], false);
    }

    private void part(byte[] bytes, boolean more) {
        ConnectionClosedException refusal = stream == null ? null : stream.refusal();
        if (refusal != null) {
            throw refusal;
        }
        sendEvent(new HttpResponseBody(bytes, more));
    }

    @Override
    protected final void receiveEvent(Event event) {
        if (!connected && event instanceof HttpRequest) {
            connected = true;
            connect();
        }
    }

    @Override
    protected final ConsumerProtocol protocol(Sender sender) {
        SseProtocol own = new SseProtocol(scope(), getClass(), heartbeat(), sender);
        stream = own;
        return own;
    }
}
