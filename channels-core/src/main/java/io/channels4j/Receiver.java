package io.channels4j;

import java.util.concurrent.CompletionStage;

/**
 * Supplies a peer's events to the application, in order.
 *
 * <p><b>Threads.</b> Confined to its connection. At most one stage may be incomplete at a time. It may complete on any
 * thread.
 *
 * <p><b>Back-pressure.</b> While {@link #receive} is not called, the server stops reading from the peer.
 *
 * <p><b>End.</b> The last event of a connection is its protocol's disconnect event, which is returned exactly once. Stages
 * requested after it never complete.
 */
@FunctionalInterface
public interface Receiver {

    /**
     * Receives the next event.
     *
     * @return a stage that completes with the event
     */
    @CheckReturnValue
    CompletionStage<Event> receive();
}
