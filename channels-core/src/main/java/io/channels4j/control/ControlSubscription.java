package io.channels4j.control;

import java.util.concurrent.CompletionStage;

/**
 * A receiver's subscription to a topic.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public interface ControlSubscription extends AutoCloseable {

    /**
     * Returns a stage that completes when the subscription is active.
     *
     * @return a stage that completes when messages from other processes reach the receiver, or immediately if the layer
     *     cannot currently reach other processes. It fails if the layer rejected the subscription.
     */
    CompletionStage<Void> ready();

    /** Ends the subscription. Idempotent. */
    @Override
    void close();
}
