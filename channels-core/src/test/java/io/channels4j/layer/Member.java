package io.channels4j.layer;

import io.channels4j.Message;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/** A subscriber that records the types of its messages and, by default, consumes each message immediately. */
final class Member implements Subscriber {

    private final List<String> received = new CopyOnWriteArrayList<>();
    private final Subscription subscription;
    private volatile boolean consume = true;

    Member(ChannelLayer layer, Executor home) {
        subscription = layer.subscribe(home, this);
    }

    @Override
    public void message(Message message) {
        received.add(message.type());
        if (consume) {
            subscription.consumed();
        }
    }

    /** Leaves later messages unread. */
    Member stopReading() {
        consume = false;
        return this;
    }

    /** Joins a group. */
    Member join(ChannelLayer layer, String group) {
        layer.groupAdd(group, channel());
        return this;
    }

    void consume(int messages) {
        for (int i = 0; i < messages; i++) {
            subscription.consumed();
        }
    }

    List<String> received() {
        return List.copyOf(received);
    }

    String channel() {
        return subscription.channel();
    }

    void close() {
        subscription.close();
    }
}
