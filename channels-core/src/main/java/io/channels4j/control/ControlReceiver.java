package io.channels4j.control;

import io.channels4j.Message;
import java.util.concurrent.CompletionStage;

/**
 * Receives the control messages of one topic.
 *
 * <p><b>Threads.</b> Called on the sender's thread. For messages from other processes, called on one of the layer's
 * threads. Calls may run concurrently. Implementations must not block.
 */
@FunctionalInterface
public interface ControlReceiver {

    /**
     * Receives a message. A layer may deliver a message twice.
     *
     * @param message the message
     * @return a stage that completes when the message has been handled. If it fails, or if this method throws an exception, the
     *     failure is reported to the sender.
     */
    CompletionStage<Void> receive(Message message);

    /** Called after a layer outage if messages from other processes may have been lost. */
    default void missed() {}
}
