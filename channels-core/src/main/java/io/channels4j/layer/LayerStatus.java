package io.channels4j.layer;

import static java.util.Objects.requireNonNull;

import io.channels4j.layer.LayerListener.State;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether a layer can reach other processes.
 *
 * @param state the state
 * @param cause why the state is not {@code UP}: the text of the last failure. Empty while the state is {@code UP}, and if no
 *     cause is known. It may name hosts, so it is not for the public
 * @param since when the state began; empty for a layer within one process, which has no outages
 */
public record LayerStatus(State state, Optional<String> cause, Optional<Instant> since) {

    private static final LayerStatus ALWAYS_UP = new LayerStatus(State.UP, Optional.empty(), Optional.empty());

    /** Checks that all components are present. */
    public LayerStatus {
        requireNonNull(state, "state");
        requireNonNull(cause, "cause");
        requireNonNull(since, "since");
    }

    /**
     * Returns the status of a layer within one process.
     *
     * @return the status, with the state {@code UP}
     */
    public static LayerStatus alwaysUp() {
        return ALWAYS_UP;
    }
}
