package io.channels4j;

import java.util.concurrent.CompletionStage;

/**
 * Gives an application the events of its peer, in order.
 *
 * <p><b>Threads.</b> Confined to its connection: at most one stage may be outstanding. It may complete on any thread.
 *
 * <p><b>End.</b> The last event of a connection is its protocol's disconnect event, given exactly once; a stage asked for
 * after it never completes. Not asking is back-pressure: the server stops reading from the peer.
 */
@FunctionalInterface
public interface Receiver {

    /**
     * Asks for the next event.
     *
     * @return completes with the event when there is one
     */
    CompletionStage<Event> receive();
}
