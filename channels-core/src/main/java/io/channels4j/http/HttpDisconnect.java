package io.channels4j.http;

import io.channels4j.Event;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request is over: the peer left, or the response has been sent (ASGI {@code http.disconnect}).
 *
 * @param complete whether the response has been sent completely; an application may hear of it before its last send has returned
 * @param failure what cut the connection, or null when it ended in order
 */
public record HttpDisconnect(boolean complete, @Nullable Throwable failure) implements Event {

    /** Creates the event of a peer that left. */
    public HttpDisconnect() {
        this(false, null);
    }

    /**
     * Creates the event of a connection that was cut.
     *
     * @param failure what cut it, or null when the peer left in order
     */
    public HttpDisconnect(@Nullable Throwable failure) {
        this(false, failure);
    }

    /**
     * Returns the event of a request whose response has been sent.
     *
     * @return the event
     */
    public static HttpDisconnect afterResponse() {
        return new HttpDisconnect(true, null);
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
