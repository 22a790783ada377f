package io.channels4j.server;

import io.channels4j.Event;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Indicates that the application cannot start, so the server does not start (ASGI {@code lifespan.startup.failed}).
 *
 * @param message the reason, used in the exception that the server throws at startup
 * @param failure the cause, or null
 */
public record LifespanStartupFailed(
        String message, @Nullable Throwable failure) implements Event {

    /**
     * Creates the event without a cause.
     *
     * @param message the reason, used in the exception that the server throws at startup
     */
    public LifespanStartupFailed(String message) {
        this(message, null);
    }

    /**
     * Returns the cause.
     *
     * @return the cause, or empty
     */
    public Optional<Throwable> cause() {
        return Optional.ofNullable(failure);
    }

    @Override
    public String type() {
        return "lifespan.startup.failed";
    }
}
