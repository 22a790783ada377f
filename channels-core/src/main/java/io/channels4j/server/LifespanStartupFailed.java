package io.channels4j.server;

import io.channels4j.Event;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The application cannot start, and so the server does not (ASGI {@code lifespan.startup.failed}).
 *
 * @param message why, for whoever starts the server
 * @param failure the failure behind it, or null
 */
public record LifespanStartupFailed(
        String message, @Nullable Throwable failure) implements Event {

    /**
     * Creates the event without a failure.
     *
     * @param message why, for whoever starts the server
     */
    public LifespanStartupFailed(String message) {
        this(message, null);
    }

    /**
     * Returns the failure behind it.
     *
     * @return the failure, or empty
     */
    public Optional<Throwable> cause() {
        return Optional.ofNullable(failure);
    }

    @Override
    public String type() {
        return "lifespan.startup.failed";
    }
}
