package io.channels4j.http;

import io.channels4j.Broadcast;
import io.channels4j.ConnectionClosedException;
import io.channels4j.ConsumerProtocol;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.internal.SharedEvents;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The protocol of one event stream. The stream is an HTTP response that stays open until its last part.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>state</th><th>head sent</th><th>part sent, more follow</th><th>last part sent, end or failure</th><th>send refused</th></tr>
 * <tr><td>CONNECTING</td><td>RESPONDING</td><td></td><td>CLOSED</td><td></td></tr>
 * <tr><td>RESPONDING</td><td></td><td>OPEN</td><td>CLOSED</td><td>the previous state, if this send changed it</td></tr>
 * <tr><td>OPEN</td><td></td><td></td><td>CLOSED</td><td>the previous state, if this send changed it</td></tr>
 * <tr><td>CLOSED</td><td></td><td></td><td></td><td>the previous state, if this send changed it</td></tr>
 * </table>
 *
 * <p>The heartbeat runs in state OPEN.
 */
final class SseProtocol implements ConsumerProtocol {

    private final HttpProtocol http;
    private final @Nullable Heartbeat heartbeat;
    private volatile State state = State.CONNECTING;

    /** The event that led to the current state, and the previous state. Guarded by this. */
    private @Nullable Event cause;

    private State before = State.CONNECTING;

    private enum State {
        CONNECTING,
        /** The next part determines whether the response is a stream or a refusal. */
        RESPONDING,
        OPEN,
        CLOSED
    }

    SseProtocol(Scope scope, Class<?> consumer, Set<String> methods, Duration interval, Sender sender) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException(
                    "heartbeat of %s: %s (expected: zero or more)".formatted(consumer.getName(), interval));
        }
        this.http = new HttpProtocol(scope, consumer, methods);
        this.heartbeat = interval.isZero() ? null : new Heartbeat(scope, sender, interval);
    }

    /** Returns the id of the last event that the browser received. Browsers encode the header's value in UTF-8. */
    static Optional<String> lastEventId(Scope scope) {
        return scope.headers()
                .first("last-event-id")
                .map(value -> new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .filter(id -> !id.isEmpty());
    }

    /**
     * Returns the failure for a send on a closed stream, or null if the stream is not closed. A response may be
     * complete while the peer is still connected. For a HEAD request, it is complete once accepted. A server would
     * treat further parts as an application error.
     */
    @Nullable
    ConnectionClosedException refusal() {
        return state == State.CLOSED
                ? new ConnectionClosedException("send: the stream is closed; nothing was sent")
                : null;
    }

    HttpProtocol http() {
        return http;
    }

    @Override
    public boolean joinsGroups() {
        return http.joinsGroups();
    }

    @Override
    public Effect received(Event event) {
        Effect effect = http.received(event);
        if (effect.kind() != Effect.Kind.NONE) {
            change(State.CLOSED, event);
        }
        return effect;
    }

    @Override
    public int payloadBytes(Event event) {
        return http.payloadBytes(event);
    }

    @Override
    public Effect sent(Event event) {
        if (event instanceof HttpResponseBody part) {
            if (!part.more()) {
                change(State.CLOSED, event);
            } else if (state == State.RESPONDING) {
                change(State.OPEN, event);
            }
        } else if (event instanceof HttpResponseStart) {
            change(State.RESPONDING, event);
        }
        return http.sent(event);
    }

    @Override
    public synchronized void refused(Event event) {
        if (event == cause) {
            cause = null;
            become(before);
        }
    }

    @Override
    public Abort failed(Throwable failure) {
        change(State.CLOSED, null);
        return http.failed(failure);
    }

    private synchronized void change(State next, @Nullable Event event) {
        if (next.compareTo(state) > 0) {
            before = state;
            cause = event;
            become(next);
        }
    }

    private void become(State next) {
        state = next;
        if (heartbeat == null) {
            return;
        }
        if (next == State.OPEN) {
            heartbeat.start();
        } else {
            heartbeat.stop();
        }
    }

    @Override
    public @Nullable Event broadcast(Broadcast broadcast) {
        return isOpen() ? SharedEvents.of(broadcast, HttpResponseBody.class, SseProtocol::event) : null;
    }

    private static HttpResponseBody event(Broadcast broadcast) {
        return new HttpResponseBody(EventStream.encode(broadcast), true);
    }

    @Override
    public boolean waitsForBroadcasts() {
        return true;
    }

    @Override
    public boolean isOpen() {
        return state == State.OPEN;
    }
}
