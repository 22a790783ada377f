package io.channels4j.http;

import io.channels4j.Broadcast;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.consumer.Disconnect;
import io.channels4j.consumer.Protocol;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the base consumers know about one event stream: an HTTP response that begins when it is accepted and goes on. */
final class SseProtocol implements Protocol {

    private final HttpProtocol http;
    private final Scope scope;
    private final Duration heartbeat;
    private volatile boolean open;
    private volatile @Nullable Heartbeat beating;

    SseProtocol(Scope scope, Class<?> consumer, Duration heartbeat) {
        if (heartbeat.isNegative()) {
            throw new IllegalArgumentException(
                    "heartbeat of %s: %s (expected: zero or more)".formatted(consumer.getName(), heartbeat));
        }
        this.http = new HttpProtocol(scope, consumer);
        this.scope = scope;
        this.heartbeat = heartbeat;
    }

    /** Returns what the browser saw last; it writes the header's value in UTF-8. */
    static Optional<String> lastEventId(Scope scope) {
        return scope.headers()
                .first("last-event-id")
                .map(value -> new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .filter(id -> !id.isEmpty());
    }

    @Override
    public void started(Sender sender) {
        if (!heartbeat.isZero()) {
            beating = new Heartbeat(scope, sender, heartbeat);
        }
    }

    @Override
    public Optional<Disconnect> ended(Event arrived) {
        return over(http.ended(arrived));
    }

    @Override
    public Optional<Disconnect> completed(Event sent) {
        if (sent instanceof HttpResponseBody part && part.more() && !open) {
            open = true;
            Heartbeat beat = beating;
            if (beat != null) {
                beat.start();
            }
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
        return open ? Optional.of(broadcast.event(HttpResponseBody.class, SseProtocol::event)) : Optional.empty();
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
        open = false;
        Heartbeat beat = beating;
        if (beat != null) {
            beat.stop();
        }
    }
}
