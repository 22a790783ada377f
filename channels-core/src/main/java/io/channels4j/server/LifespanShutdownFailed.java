package io.channels4j.server;

import io.channels4j.Event;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The application stopped, but not in order (ASGI {@code lifespan.shutdown.failed}).
 *
 * @param message what went wrong, for the log
 * @param failure the failure behind it, or null
 */
public record LifespanShutdownFailed(
        String message, @Nullable Throwable failure) implements Event {

    /**
     * Creates the event without a failure.
     *
     * @param message what went wrong, for the log
     */
    public LifespanShutdownFailed(String message) {
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
        return "lifespan.shutdown.failed";
    }
}
