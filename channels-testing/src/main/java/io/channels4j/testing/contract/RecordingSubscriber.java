package io.channels4j.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscription;
import io.channels4j.testing.connection.ConnectionExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A subscriber that records its messages. It also records whether they were delivered on its executor. Messages stay
 * unread until consumed.
 */
final class RecordingSubscriber {

    private static final long MAX_SECONDS = 10;

    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final AtomicInteger offExecutor = new AtomicInteger();
    private final ThreadLocal<Boolean> onExecutor = ThreadLocal.withInitial(() -> false);
    private final ConnectionExecutor loop = new ConnectionExecutor(uncaught -> {});
    private final Subscription subscription;
    private volatile @Nullable RuntimeException failure;

    RecordingSubscriber(ChannelLayer layer) {
        subscription = layer.subscribe(this::execute, this::take);
    }

    private void execute(Runnable task) {
        loop.execute(() -> {
            onExecutor.set(true);
            try {
                task.run();
            } finally {
                onExecutor.remove();
            }
        });
    }

    private void take(Message message) {
        if (!onExecutor.get()) {
            offExecutor.incrementAndGet();
        }
        messages.add(message);
        RuntimeException thrown = failure;
        failure = null;
        if (thrown != null) {
            throw thrown;
        }
    }

    String channel() {
        return subscription.channel();
    }

    void throwOnNextMessage() {
        failure = new IllegalStateException("thrown on purpose by the contract's subscriber");
    }

    /** Returns the next messages and consumes them. */
    List<Message> next(int count) {
        List<Message> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(unread());
            consumed();
        }
        return taken;
    }

    /** Returns the next message without consuming it. */
    Message unread() {
        Message message = poll(Duration.ofSeconds(MAX_SECONDS));
        assertNotNull(message, "no message received");
        return message;
    }

    void consumed() {
        subscription.consumed();
    }

    void assertNothing(Duration time) {
        assertNull(poll(time), "unexpected message");
    }

    void assertDeliveredOnExecutorOnly() {
        assertEquals(0, offExecutor.get(), "messages delivered outside the executor");
    }

    private @Nullable Message poll(Duration time) {
        try {
            return messages.poll(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    void close() {
        subscription.close();
    }
}
