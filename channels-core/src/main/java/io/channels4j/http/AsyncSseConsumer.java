package io.channels4j.http;

import io.channels4j.ConnectionClosedException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.internal.Stages;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The base of consumers of server-sent events (WHATWG HTML, §9.2) whose callbacks return stages and must not block.
 *
 * {@snippet class="io.channels4j.http.SseSnippets" region="news"}
 *
 * <p>{@link #connect()} decides about the request, as a WebSocket's does. Then events are sent from anywhere: from
 * {@link io.channels4j.consumer.Handles} methods, or by a {@link io.channels4j.Broadcast} to one of the {@link #groups()}, which
 * goes out as an event's data. The stream is over when the browser leaves or {@link #close()} ends it; then {@link #disconnect}
 * runs. A request's body is ignored, and a HEAD request is over when it is accepted.
 *
 * <p>A browser's {@code EventSource} comes back by itself when a stream ends, with the id of the last event that it saw in
 * {@link #lastEventId()}. It stays away after a status other than 200, such as 204.
 *
 * <p>Threads and failures are those of {@link AsyncConsumer}. A callback that fails before the stream has begun makes it a 500;
 * after that the connection is cut.
 */
public abstract class AsyncSseConsumer extends AsyncConsumer {

    /** The time between two heartbeats, unless {@link #heartbeat()} is overridden: 15 seconds. */
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(15);

    private boolean connected;
    private @Nullable SseProtocol stream;

    /** Creates a consumer; its handlers are checked when the first one of its class is made. */
    protected AsyncSseConsumer() {}

    /**
     * Decides about the request. It accepts unless overridden.
     *
     * @return completes when messages of the layer may come
     */
    protected CompletionStage<Void> connect() {
        return accept();
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
     * @return the time, zero for no heartbeat; {@link #DEFAULT_HEARTBEAT} unless overridden
     */
    protected Duration heartbeat() {
        return DEFAULT_HEARTBEAT;
    }

    /**
     * Begins the stream.
     *
     * @return completes when the server has taken it
     */
    protected final CompletionStage<Void> accept() {
        return accept(Headers.empty());
    }

    /**
     * Begins the stream with headers of the application's own. By default it is not stored by caches and not held back by proxies
     * ({@code cache-control: no-store}, {@code x-accel-buffering: no}); headers of these names take their place.
     *
     * @param headers more headers for the response
     * @return completes when the server has taken it
     */
    protected final CompletionStage<Void> accept(Headers headers) {
        boolean stream = !scope().method().equals("HEAD");
        return respond(200, EventStream.headers(headers), stream ? EventStream.comment() : new byte[0], stream);
    }

    /**
     * Refuses the request with a response; a browser does not come back by itself.
     *
     * @param status the status, such as 403, or 204 to tell a browser that there is nothing more
     * @param headers the headers
     * @param body the body, not copied
     * @return completes when the server has taken it
     */
    protected final CompletionStage<Void> reject(int status, Headers headers, byte[] body) {
        return respond(status, headers, body, false);
    }

    /**
     * Refuses the request with a line of text.
     *
     * @param status the status, such as 403
     * @param text the body
     * @return completes when the server has taken it
     */
    protected final CompletionStage<Void> reject(int status, String text) {
        Headers headers = Headers.of("content-type", "text/plain; charset=utf-8");
        return reject(status, headers, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sends an event with data only.
     *
     * @param data the text, which may have several lines
     * @return completes when it is admitted; while the peer is behind, when it has caught up; exceptionally with
     *     {@link io.channels4j.ConnectionClosedException} when the connection is closed
     */
    protected final CompletionStage<Void> send(String data) {
        return send(ServerSentEvent.of(data));
    }

    /**
     * Sends an event.
     *
     * @param event the event
     * @return as for {@link #send(String)}
     */
    protected final CompletionStage<Void> send(ServerSentEvent event) {
        return part(EventStream.encode(event), true);
    }

    /**
     * Ends the stream. A browser comes back by itself.
     *
     * @return completes when the server has taken it; exceptionally with {@link io.channels4j.ConnectionClosedException} when the
     *     stream is over already
     */
    protected final CompletionStage<Void> close() {
        return part(new byte[0], false);
    }

    private CompletionStage<Void> part(byte[] bytes, boolean more) {
        ConnectionClosedException refusal = stream == null ? null : stream.refusal();
        return refusal == null ? sendEvent(new HttpResponseBody(bytes, more)) : CompletableFuture.failedFuture(refusal);
    }

    private CompletionStage<Void> respond(int status, Headers headers, byte[] body, boolean more) {
        CompletionStage<Void> started = sendEvent(new HttpResponseStart(status, headers));
        CompletionStage<Void> sent = sendEvent(new HttpResponseBody(body, more));
        return Stages.both(started, sent);
    }

    @Override
    protected final CompletionStage<Void> receiveEvent(Event event) {
        if (connected || !(event instanceof HttpRequest)) {
            return Stages.done();
        }
        connected = true;
        return connect();
    }

    @Override
    protected final ConsumerProtocol protocol(Sender sender) {
        SseProtocol own = new SseProtocol(scope(), getClass(), heartbeat(), sender);
        stream = own;
        return own;
    }
}
