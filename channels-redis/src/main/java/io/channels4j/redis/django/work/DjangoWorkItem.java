package io.channels4j.redis.django.work;

import io.channels4j.Message;
import io.channels4j.layer.Delivery;
import io.channels4j.redis.django.store.DjangoCodec;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;

/** A message from a plain channel that this process has claimed. Thread-safe. */
final class DjangoWorkItem implements Delivery {

    static final String DONE = "done";
    static final String RETURN = "return";

    private final ByteBuffer id;
    private final String score;
    private final Message message;
    private final int earlierDeliveries;
    private final BiConsumer<DjangoWorkItem, String> onSettled;
    private final AtomicBoolean settled = new AtomicBoolean();

    /**
     * Creates an item.
     *
     * @param entry the entry in the queue
     * @param score its score
     * @param message the message
     * @param onSettled a consumer of the outcome, called once
     */
    DjangoWorkItem(byte[] entry, String score, Message message, BiConsumer<DjangoWorkItem, String> onSettled) {
        this.id = ByteBuffer.wrap(DjangoCodec.id(entry));
        this.score = score;
        this.message = message;
        this.earlierDeliveries = DjangoCodec.returns(entry);
        this.onSettled = onSettled;
    }

    /** Returns the first bytes of the entry, which identify it. */
    ByteBuffer id() {
        return id;
    }

    @Override
    public Message message() {
        return message;
    }

    @Override
    public int earlierDeliveries() {
        return earlierDeliveries;
    }

    @Override
    public void acknowledge() {
        settle(DONE);
    }

    @Override
    public void requeue() {
        settle(RETURN);
    }

    /** Puts the entry back in its place in the queue, as if it had not been taken. */
    void putBack() {
        settle(score);
    }

    private void settle(String outcome) {
        if (settled.compareAndSet(false, true)) {
            onSettled.accept(this, outcome);
        }
    }
}
