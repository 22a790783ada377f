package io.channels4j.http;

import io.channels4j.Event;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request is over: the peer left, or the response has been sent (ASGI {@code http.disconnect}).
 *
 * @param failure what cut the connection, or null when it ended in order
 */
public record HttpDisconnect(@Nullable Throwable failure) implements Event {

    /** Creates the event of an end in order. */
    public HttpDisconnect() {
        this(null);
    }

    /**
     * Returns what cut the connection.
     *
     * @return the failure, or empty
     */
    public Optional<Throwable> cause() {
        return Optional.ofNullable(failure);
    }

    @Override
    public String type() {
        return "http.disconnect";
    }
}
