package io.channels4j.http;

import io.channels4j.CheckReturnValue;
import io.channels4j.ConnectionClosedException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.engine.ConsumerProxy;
import io.channels4j.engine.PlainText;
import io.channels4j.internal.Stages;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The base class for consumers that send server-sent events (WHATWG HTML, §9.2). Their callbacks return stages and must
 * not block.
 *
 * {@snippet class="io.channels4j.http.SseSnippets" region="news"}
 *
 * <p>{@link #connect()} accepts or rejects the request. An override must call {@link #accept()} before it sends events.
 * Afterwards, events may be sent at any time, for example from {@link io.channels4j.consumer.Handles} methods. A {@link
 * io.channels4j.Broadcast} to one of the {@link #groups()} is sent as the data of an event. The stream ends when the
 * browser disconnects or {@link #close()} is called; then {@link #disconnect} runs. The request body is ignored, and a
 * HEAD request ends when it is accepted. Requests with methods other than {@link #methods()} are rejected with status
 * 405.
 *
 * <p>When a stream ends, a browser's {@code EventSource} reconnects and sends the last event id that it received
 * ({@link #lastEventId()}). It does not reconnect after a status other than 200, such as 204.
 *
 * <p>For threading and failure handling, see {@link AsyncConsumer}. If a callback fails before the stream has started, the server
 * responds with status 500. If it fails later, the server aborts the response.
 */
public abstract class AsyncSseConsumer extends AsyncConsumer {

    /** The proxy that calls this consumer, or the consumer itself. */
    private AsyncSseConsumer hooks = this;

    /** The default heartbeat interval: 15 seconds. */
    public static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(15);

    private boolean connected;
    private @Nullable SseProtocol stream;

    /** Creates a consumer. The handlers of a class are validated when its first instance is created. */
    protected AsyncSseConsumer() {}

    /**
     * Accepts or rejects the request. Accepts it by default.
     *
     * @return a stage that completes when messages from the layer may be delivered
     */
    @CheckReturnValue
    protected CompletionStage<Void> connect() {
        return accept();
    }

    /**
     * Returns the last event id that the browser received before it reconnected. It is read from the {@code
     * Last-Event-ID} header.
     *
     * @return the id, or empty if the browser has not received one, as on its first connection
     */
    protected final Optional<String> lastEventId() {
        return SseProtocol.lastEventId(scope());
    }

    /**
     * Returns the interval between the comments that keep an idle connection open. Called once, before {@link #connect()}.
     *
     * @return the interval, or zero for no heartbeat; {@link #DEFAULT_HEARTBEAT} by default
     */
    protected Duration heartbeat() {
        return DEFAULT_HEARTBEAT;
    }

    /**
     * Returns the methods that the consumer accepts. A request with another method is rejected with status 405 and an {@code
     * allow} header. Such a request joins no groups, and {@link #disconnect} is the only callback that runs. Override
     * this method for streams that scripts open with POST.
     *
     * @return the methods, in upper case, where GET includes HEAD; GET by default
     */
    protected Set<String> methods() {
        return Set.of("GET");
    }

    /**
     * Starts the stream.
     *
     * @return a stage that completes when the start of the stream is admitted to the outbound queue
     */
    @CheckReturnValue
    protected final CompletionStage<Void> accept() {
        return accept(Headers.empty());
    }

    /**
     * Starts the stream with additional headers. They replace defaults with the same name, except {@code content-type}. The
     * defaults prevent caching and buffering ({@code cache-control: no-store}, {@code x-accel-buffering: no}).
     *
     * @param headers additional response headers
     * @return a stage as returned by {@link #accept()}
     */
    @CheckReturnValue
    protected final CompletionStage<Void> accept(Headers headers) {
        return respond(EventStream.start(headers), EventStream.firstPart(scope()));
    }

    /**
     * Rejects the request with a response. Browsers do not reconnect afterwards.
     *
     * @param status the status, such as 403 or 204
     * @param headers the headers
     * @param body the body, not copied
     * @return a stage that completes when the response is admitted to the outbound queue
     */
    @CheckReturnValue
    protected final CompletionStage<Void> reject(int status, Headers headers, byte[] body) {
        return respond(new HttpResponseStart(status, headers), new HttpResponseBody(body, false));
    }

    /**
     * Rejects the request with plain text.
     *
     * @param status the status, such as 403
     * @param text the body
     * @return a stage as returned by {@link #reject(int, Headers, byte[])}
     */
    @CheckReturnValue
    protected final CompletionStage<Void> reject(int status, String text) {
        return reject(status, PlainText.HEADERS, PlainText.bytes(text));
    }

    /**
     * Sends an event with data only.
     *
     * @param data the text, of one or more lines
     * @return a stage that completes when the event is queued. If the peer is slow, it completes when the peer has
     *     caught up. It fails with {@link ConnectionClosedException} if the stream is closed.
     */
    @CheckReturnValue
    protected final CompletionStage<Void> send(String data) {
        return send(ServerSentEvent.of(data));
    }

    /**
     * Sends an event.
     *
     * @param event the event
     * @return a stage as returned by {@link #send(String)}
     */
    @CheckReturnValue
    protected final CompletionStage<Void> send(ServerSentEvent event) {
        return send(EventStream.part(event));
    }

    /**
     * Ends the stream. Browsers reconnect automatically.
     *
     * @return a stage that completes when the end of the stream is admitted to the outbound queue. It fails with {@link
     *     ConnectionClosedException} if the stream is closed.
     */
    @CheckReturnValue
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
    @CheckReturnValue
    protected final CompletionStage<Void> receiveEvent(Event event) {
        if (connected || !(event instanceof HttpRequest)) {
            return Stages.done();
        }
        connected = true;
        HttpProtocol rules = stream == null ? null : stream.http();
        return rules == null || rules.isMethodAllowed()
                ? hooks.connect()
                : reject(405, rules.notAllowed(), HttpProtocol.NOT_ALLOWED);
    }

    @Override
    protected final ConsumerProtocol protocol(Sender sender) {
        hooks = ConsumerProxy.of(scope(), this);
        stream = new SseProtocol(scope(), getClass(), methods(), heartbeat(), sender);
        return stream;
    }
}
