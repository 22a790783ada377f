package io.channels4j.control;

import io.channels4j.Message;
import io.channels4j.internal.Stages;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Control messages whose receivers in this process are called directly.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class LocalControlMessages implements ControlMessages {

    private final LocalControl local;
    private final Function<String, CompletionStage<Void>> confirmed;

    /**
     * Creates control messages for one process.
     *
     * @param local the receivers
     */
    public LocalControlMessages(LocalControl local) {
        this(local, group -> Stages.done());
    }

    /**
     * Creates control messages for one of several processes. The function's stage completes when messages from other processes to
     * a group reach this process.
     */
    LocalControlMessages(LocalControl local, Function<String, CompletionStage<Void>> confirmed) {
        this.local = local;
        this.confirmed = confirmed;
    }

    @Override
    public CompletionStage<Void> send(String topic, Message message) {
        return local.send(ControlTopics.group(topic), message);
    }

    @Override
    public ControlSubscription subscribe(String topic, ControlReceiver receiver) {
        String group = ControlTopics.group(topic);
        local.add(group, receiver);
        CompletionStage<Void> ready = confirmed.apply(group);
        return new ControlSubscription() {
            @Override
            public CompletionStage<Void> ready() {
                return ready;
            }

            @Override
            public void close() {
                local.remove(group, receiver);
            }
        };
    }
}
