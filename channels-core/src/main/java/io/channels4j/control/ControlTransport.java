package io.channels4j.control;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Carries control messages between the processes that share a layer.
 *
 * <p><b>Threads.</b> Implementations must be thread-safe and must not block.
 */
public interface ControlTransport {

    /** Returns the unique name of this process. */
    String process();

    /**
     * Sends a message to the other processes that receive from a group. If this process receives its own message, the
     * result includes this process.
     *
     * @return a stage that completes with the number of processes to which the message was passed in one atomic step.
     *     It fails if the message may not have reached all of them.
     */
    CompletionStage<Integer> send(String group, Message message);

    /** Returns a stage that completes when this process receives the messages to a group, or immediately during an outage. */
    CompletionStage<Void> confirmed(String group);

    /** Returns how long a sender waits for confirmations. A process that died must have left its groups by then. */
    Duration timeout();

    /** Runs a task after a delay. Returns a task that cancels it. */
    Runnable schedule(Duration delay, Runnable task);

    /** Returns the exception for a message that was not confirmed. */
    ChannelsException unconfirmed(String text);
}
