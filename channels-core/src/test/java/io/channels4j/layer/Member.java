package io.channels4j.layer;

import io.channels4j.Message;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/** A subscriber that notes the types of its messages and reads them at once unless told otherwise. */
final class Member implements Subscriber {

    private final List<String> got = new CopyOnWriteArrayList<>();
    private final Subscription subscription;
    private volatile boolean reads = true;

    Member(ChannelLayer layer, Executor home) {
        subscription = layer.subscribe(home, this);
    }

    @Override
    public void message(Message message) {
        got.add(message.type());
        if (reads) {
            subscription.consumed();
        }
    }

    /** Leaves messages unread from now on. */
    Member stopsReading() {
        reads = false;
        return this;
    }

    /** Joins a group. */
    Member joins(ChannelLayer layer, String group) {
        layer.groupAdd(group, channel());
        return this;
    }

    void reads(int messages) {
        for (int i = 0; i < messages; i++) {
            subscription.consumed();
        }
    }

    List<String> got() {
        return List.copyOf(got);
    }

    String channel() {
        return subscription.channel();
    }

    void close() {
        subscription.close();
    }
}
