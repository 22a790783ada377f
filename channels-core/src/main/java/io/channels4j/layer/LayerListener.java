package io.channels4j.layer;

/**
 * Is told how well a layer reaches other processes.
 *
 * <p><b>Threads.</b> Called on threads of the layer, one call at a time for each layer; it must not block.
 */
public interface LayerListener {

    /** How well a layer reaches other processes. */
    enum State {
        /** All is well. */
        UP,
        /** Some of its hosts are out of reach, or its subscriptions are being made good. */
        DEGRADED,
        /** Other processes are out of reach; members of this process still hear each other (promise P5). */
        DOWN
    }

    /**
     * Tells that the layer's state has changed.
     *
     * @param state the new state
     */
    default void stateChanged(State state) {}

    /**
     * Tells that messages of other processes may have been missed, after an outage is over and before the state is told.
     *
     * @param groups how many groups with members here are concerned
     */
    default void gapPossible(int groups) {}
}
