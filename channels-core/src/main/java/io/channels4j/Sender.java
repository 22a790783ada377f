package io.channels4j;

import java.util.concurrent.CompletionStage;

/**
 * Takes the events that an application sends to its peer.
 *
 * <p><b>Threads.</b> Thread-safe. Calls of which one happens before the other go out in that order, from whatever threads
 * (promise P1).
 *
 * <p><b>Back-pressure.</b> The stage completes when the event has been admitted to the connection's outbound queue,
 * normally at once; while much is queued already, when that has drained.
 */
@FunctionalInterface
public interface Sender {

    /**
     * Sends an event.
     *
     * @param event the event; one that does not fit the protocol's state is refused
     * @return completes when the event is admitted; exceptionally with {@link ConnectionClosedException} when the
     *     connection is closed, or with {@link ChannelsException} when the event does not fit here
     */
    CompletionStage<Void> send(Event event);
}
