package io.channels4j.server;

import io.channels4j.Event;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Indicates that the application failed to stop cleanly (ASGI {@code lifespan.shutdown.failed}).
 *
 * @param message the reason, for the log
 * @param failure the cause, or null
 */
public record LifespanShutdownFailed(
        String message, @Nullable Throwable failure) implements Event {

    /**
     * Creates the event without a cause.
     *
     * @param message the reason, for the log
     */
    public LifespanShutdownFailed(String message) {
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
        return "lifespan.shutdown.failed";
    }
}
