package io.channels4j.control;

import io.channels4j.Message;
import java.util.concurrent.CompletionStage;

/**
 * The control messages of one layer. They never wait in a channel. Application messages can therefore neither delay
 * them nor cause them to be dropped.
 *
 * <p><b>Threads.</b> Thread-safe. No method blocks.
 */
public interface ControlMessages {

    /**
     * Sends a message to the receivers of a topic in all processes.
     *
     * @param topic the topic, which consists of lower-case letters and periods
     * @param message the message, whose payload is a JSON object
     * @return a stage that completes when the receivers in all processes have handled the message. It fails if a
     *     receiver failed or a process did not confirm before the time-out.
     */
    CompletionStage<Void> send(String topic, Message message);

    /**
     * Subscribes a receiver to a topic. After a layer outage, the subscription is restored and the receiver is notified of the gap.
     *
     * @param topic the topic
     * @param receiver the receiver of the messages
     * @return the subscription
     */
    ControlSubscription subscribe(String topic, ControlReceiver receiver);
}
