package io.channels4j.redis;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A subscribed connection from which a test reads messages one by one, with a time limit. */
final class Peer implements AutoCloseable {

    private static final long LIMIT_SECONDS = 10;
    private static final long NOTHING_MILLIS = 150;

    private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
    private final Subscription subscription;

    private Peer(ChannelLayer layer, Executor home, boolean consumes) {
        subscription = layer.subscribe(home, message -> {
            if (consumes) {
                consumed();
            }
            messages.add(message);
        });
    }

    static Peer of(ChannelLayer layer) {
        return new Peer(layer, Runnable::run, true);
    }

    /** Returns a connection that does not confirm the consumption of its messages. */
    static Peer notConsuming(ChannelLayer layer) {
        return new Peer(layer, Runnable::run, false);
    }

    String channel() {
        return subscription.channel();
    }

    /** Returns the next message. Fails if none arrives in time. */
    Message next() {
        Message next = poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no message for " + channel());
        }
        return next;
    }

    List<Message> next(int count) {
        List<Message> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(next());
        }
        return taken;
    }

    /** Returns the next message if one arrives within a short time, otherwise null. */
    @Nullable
    Message anything() {
        return poll(NOTHING_MILLIS, TimeUnit.MILLISECONDS);
    }

    int waiting() {
        return messages.size();
    }

    private void consumed() {
        if (subscription != null) {
            subscription.consumed();
        }
    }

    private @Nullable Message poll(long time, TimeUnit unit) {
        try {
            return messages.poll(time, unit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
