package io.channels4j.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A subscriber that notes its messages and whether they came where they must. Messages stay unread until told otherwise. */
final class Member {

    private static final long MOST_SECONDS = 10;

    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final AtomicInteger elsewhere = new AtomicInteger();
    private final ThreadLocal<Boolean> atHome = ThreadLocal.withInitial(() -> false);
    private final EventLoop loop = new EventLoop(uncaught -> {});
    private final Subscription subscription;
    private volatile @Nullable RuntimeException failure;

    Member(ChannelLayer layer) {
        subscription = layer.subscribe(this::execute, this::take);
    }

    private void execute(Runnable task) {
        loop.execute(() -> {
            atHome.set(true);
            try {
                task.run();
            } finally {
                atHome.remove();
            }
        });
    }

    private void take(Message message) {
        if (!atHome.get()) {
            elsewhere.incrementAndGet();
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

    void throwsOnce() {
        failure = new IllegalStateException("thrown on purpose by the contract's subscriber");
    }

    /** Takes the next messages and counts them as read. */
    List<Message> next(int count) {
        List<Message> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(unread());
            consumed();
        }
        return taken;
    }

    /** Takes the next message and leaves it unread. */
    Message unread() {
        Message message = poll(Duration.ofSeconds(MOST_SECONDS));
        assertNotNull(message, "no message came");
        return message;
    }

    void consumed() {
        subscription.consumed();
    }

    void assertNothing(Duration time) {
        assertNull(poll(time), "a message came");
    }

    void assertOnlyAtHome() {
        assertEquals(0, elsewhere.get(), "messages handed over elsewhere than on the home executor");
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
