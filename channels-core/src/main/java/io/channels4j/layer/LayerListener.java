package io.channels4j.layer;

/**
 * A listener for a layer's connection to other processes.
 *
 * <p><b>Threads.</b> Called on the layer's threads, one call at a time per layer. Implementations must not block.
 */
public interface LayerListener {

    /** The state of the connection to other processes. */
    enum State {
        /** All processes can be reached. */
        UP,
        /** Some hosts are unavailable, or subscriptions are being restored. */
        DEGRADED,
        /** Other processes cannot be reached; members in this process still receive each other's messages (guarantee P5). */
        DOWN
    }

    /**
     * Called when the state has changed.
     *
     * @param state the new state
     */
    default void stateChanged(State state) {}

    /**
     * Called after an outage, before the state changes, if messages from other processes may have been missed.
     *
     * @param groups the number of affected groups with members in this process
     */
    default void gapPossible(int groups) {}
}
