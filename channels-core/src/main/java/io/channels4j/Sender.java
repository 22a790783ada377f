package io.channels4j;

import java.util.concurrent.CompletionStage;

/**
 * Sends an application's events to its peer.
 *
 * <p><b>Threads.</b> Thread-safe. Events are sent in the happens-before order of the calls (guarantee P1).
 *
 * <p><b>Back-pressure.</b> The stage normally completes as soon as the event has been admitted to the connection's outbound
 * queue. While the queue is above its low-water mark, the stage completes once the queue has drained.
 */
@FunctionalInterface
public interface Sender {

    /**
     * Sends an event.
     *
     * @param event the event
     * @return a stage that completes when the event is admitted. It completes exceptionally with {@link
     *     ConnectionClosedException} if the connection is closed. It completes exceptionally with {@link
     *     ChannelsException} if the protocol does not allow the event in the connection's current state.
     */
    @CheckReturnValue
    CompletionStage<Void> send(Event event);
}
