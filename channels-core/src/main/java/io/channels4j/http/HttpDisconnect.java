package io.channels4j.http;

import io.channels4j.Event;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end of a request (ASGI {@code http.disconnect}). The peer has disconnected, or the response has been sent.
 *
 * @param complete whether the response has been sent completely. The event may arrive before the last send returns.
 * @param failure the failure that aborted the connection, or null
 */
public record HttpDisconnect(boolean complete, @Nullable Throwable failure) implements Event {

    /** Creates the event for a peer that disconnected. */
    public HttpDisconnect() {
        this(false, null);
    }

    /**
     * Creates the event for an aborted connection.
     *
     * @param failure the failure, or null if the peer disconnected
     */
    public HttpDisconnect(@Nullable Throwable failure) {
        this(false, failure);
    }

    /**
     * Returns the event for a request whose response has been sent.
     *
     * @return the event
     */
    public static HttpDisconnect afterResponse() {
        return new HttpDisconnect(true, null);
    }

    /**
     * Returns the failure that aborted the connection.
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
