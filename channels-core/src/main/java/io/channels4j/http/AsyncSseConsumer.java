package io.channels4j.http;

import io.channels4j.ConnectionClosedException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.engine.PlainText;
import io.channels4j.internal.Stages;
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
 * <p>{@link #connect()} decides about the request; an override must call {@link #accept()} before it sends. Then events may be sent
 * at any time: from
 * {@link io.channels4j.consumer.Handles} methods, or by a {@link io.channels4j.Broadcast} to one of the {@link #groups()}, which is
 * sent as an event's data. The stream ends when the browser leaves or {@link #close()} is called; then {@link #disconnect} runs. A
 * request's body is ignored, and a HEAD request ends when it is accepted.
 *
 * <p>When a stream ends, a browser's {@code EventSource} reconnects and sends the id of the last event that it received
 * ({@link #lastEventId()}). It does not reconnect after a status other than 200, such as 204.
 *
 * <p>Threads and failures are those of {@link AsyncConsumer}. A callback that fails before the stream has started leads to status
 * 500; after that the connection is closed.
 */
public abstract class AsyncSseConsumer extends AsyncConsumer {

    /** The default time between two heartbeats: 15 seconds. */
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(15);

    private boolean connected;
    private @Nullable SseProtocol stream;

    /** Creates a consumer; the first one of each class checks the handlers. */
    protected AsyncSseConsumer() {}

    /**
     * Decides about the request. It accepts by default.
     *
     * @return completes when messages of the layer may arrive
     */
    protected CompletionStage<Void> connect() {
        return accept();
    }

    /**
     * Returns the id of the last event that the browser received before it reconnected, from the header {@code Last-Event-ID}.
     *
     * @return the id, or empty on the first connection
     */
    protected final Optional<String> lastEventId() {
        return SseProtocol.lastEventId(scope());
    }

    /**
     * Returns the time between two comments that keep an idle connection open; read once, before {@link #connect()}.
     *
     * @return the time, zero for no heartbeat; {@link #DEFAULT_HEARTBEAT} by default
     */
    protected Duration heartbeat() {
        return DEFAULT_HEARTBEAT;
    }

    /**
     * Starts the stream.
     *
     * @return completes when the server has accepted the events
     */
    protected final CompletionStage<Void> accept() {
        return accept(Headers.empty());
    }

    /**
     * Starts the stream with additional headers. They replace defaults of the same name, which prevent caching and buffering
     * ({@code cache-control: no-store}, {@code x-accel-buffering: no}).
     *
     * @param headers additional headers of the response
     * @return as for {@link #accept()}
     */
    protected final CompletionStage<Void> accept(Headers headers) {
        return respond(EventStream.start(headers), EventStream.firstPart(scope()));
    }

    /**
     * Rejects the request with a response, after which a browser does not reconnect.
     *
     * @param status the status, such as 403, or 204 to stop a browser from reconnecting
     * @param headers the headers
     * @param body the body, not copied
     * @return completes when the server has accepted the events
     */
    protected final CompletionStage<Void> reject(int status, Headers headers, byte[] body) {
        return respond(new HttpResponseStart(status, headers), new HttpResponseBody(body, false));
    }

    /**
     * Rejects the request with plain text.
     *
     * @param status the status, such as 403
     * @param text the body
     * @return as for {@link #reject(int, Headers, byte[])}
     */
    protected final CompletionStage<Void> reject(int status, String text) {
        return reject(status, PlainText.HEADERS, PlainText.bytes(text));
    }

    /**
     * Sends an event with data only.
     *
     * @param data the text, of one or more lines
     * @return completes when the event is queued; if the peer is slow, when it has caught up; exceptionally with
     *     {@link ConnectionClosedException} if the stream is closed
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
        return send(EventStream.part(event));
    }

    /**
     * Ends the stream. A browser reconnects automatically.
     *
     * @return completes when the server has accepted the event; exceptionally with {@link ConnectionClosedException} if the stream is
     *     closed
     */
    protected final CompletionStage<Void> close() {
        return send(EventStream.lastPart());
    }

    private CompletionStage<Void> send(HttpResponseBody part) {
        ConnectionClosedException refusal = stream == null ? null : stream.refusal();
        return refusal == null ? sendEvent(part) : CompletableFuture.failedFuture(refusal);
    }

    private CompletionStage<Void> respond(HttpResponseStart start, HttpResponseBody part) {
        return Stages.both(sendEvent(start), sendEvent(part));
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
        stream = new SseProtocol(scope(), getClass(), heartbeat(), sender);
        return stream;
    }
}
