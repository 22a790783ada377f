package io.channels4j.layer;

import java.util.concurrent.atomic.LongAdder;

/** Counts the messages of a layer that reached nobody. */
final class LocalDrops {

    private final LongAdder count = new LongAdder();

    void add(int messages) {
        count.add(messages);
    }

    long count() {
        return count.sum();
    }
}
