package io.channels4j.http;

import io.channels4j.Broadcast;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.consumer.Protocol;
import io.channels4j.internal.SharedEvents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the base consumers know about one event stream: an HTTP response that begins when it is accepted and goes on. */
final class SseProtocol implements Protocol {

    private final HttpProtocol http;
    private final Scope scope;
    private final Duration interval;
    private volatile State state = State.CONNECTING;
    private volatile @Nullable Heartbeat heartbeat;

    private enum State {
        CONNECTING,
        /** The head of a response is sent: what follows makes it a stream or a refusal. */
        ANSWERING,
        OPEN,
        OVER
    }

    SseProtocol(Scope scope, Class<?> consumer, Duration interval) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException(
                    "heartbeat of %s: %s (expected: zero or more)".formatted(consumer.getName(), interval));
        }
        this.http = new HttpProtocol(scope, consumer);
        this.scope = scope;
        this.interval = interval;
    }

    /** Returns what the browser saw last; it writes the header's value in UTF-8. */
    static Optional<String> lastEventId(Scope scope) {
        return scope.headers()
                .first("last-event-id")
                .map(value -> new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .filter(id -> !id.isEmpty());
    }

    /**
     * Refuses a part of a stream that is over: the response may be complete, as one to HEAD is at once, when the peer is still
     * there, and a server takes what comes then for a mistake.
     */
    Optional<ConnectionClosedException> refusal() {
        return state == State.OVER
                ? Optional.of(new ConnectionClosedException("send: the stream is over; nothing was sent"))
                : Optional.empty();
    }

    @Override
    public void started(Sender sender) {
        if (!interval.isZero()) {
            heartbeat = new Heartbeat(scope, sender, interval);
        }
    }

    @Override
    public Optional<Disconnect> ended(Event arrived) {
        return over(http.ended(arrived));
    }

    /** The stream is open before its first part is out: a broadcast that is sent once the peer has seen it is not too early. */
    @Override
    public void sending(Event event) {
        if (state == State.ANSWERING && event instanceof HttpResponseBody part && part.more()) {
            state = State.OPEN;
            Heartbeat beats = heartbeat;
            if (beats != null) {
                beats.start();
            }
        }
    }

    @Override
    public Optional<Disconnect> completed(Event sent) {
        if (state == State.CONNECTING && sent instanceof HttpResponseStart) {
            state = State.ANSWERING;
        }
        return over(http.completed(sent));
    }

    @Override
    public Disconnect aborted(Throwable failure) {
        close();
        return http.aborted(failure);
    }

    @Override
    public Optional<Event> broadcast(Broadcast broadcast) {
        return state == State.OPEN
                ? Optional.of(SharedEvents.of(broadcast, HttpResponseBody.class, SseProtocol::event))
                : Optional.empty();
    }

    @Override
    public boolean waitsForBroadcasts() {
        return true;
    }

    private static HttpResponseBody event(Broadcast broadcast) {
        return new HttpResponseBody(EventStream.encode(broadcast), true);
    }

    private Optional<Disconnect> over(Optional<Disconnect> end) {
        if (end.isPresent()) {
            close();
        }
        return end;
    }

    private void close() {
        state = State.OVER;
        Heartbeat beats = heartbeat;
        if (beats != null) {
            beats.stop();
        }
    }

    @Override
    public boolean survivesLayerFailures() {
        return state == State.OPEN;
    }
}
