package io.channels4j;

import java.util.concurrent.CompletionStage;

/**
 * Supplies a peer's events to the application, in order.
 *
 * <p><b>Threads.</b> Confined to its connection: at most one stage may be outstanding. It may complete on any thread.
 *
 * <p><b>End.</b> The last event of a connection is its protocol's disconnect event, which is returned exactly once; a stage requested
 * after it never completes. Not calling {@link #receive} applies back-pressure: the server stops reading from the peer.
 */
@FunctionalInterface
public interface Receiver {

    /**
     * Receives the next event.
     *
     * @return a stage that completes with the event
     */
    CompletionStage<Event> receive();
}
