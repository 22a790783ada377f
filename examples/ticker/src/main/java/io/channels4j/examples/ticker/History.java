package io.channels4j.examples.ticker;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The latest prices and their ids.
 *
 * <p>The first id is the current time in milliseconds, so the ids of a restarted process are higher than those that browsers
 * remember.
 *
 * <p>Thread-safe.
 */
final class History {

    private final int capacity;
    private final InstantSource clock;
    private final Deque<Tick> ticks = new ArrayDeque<>();
    private long nextId;

    History(int capacity, InstantSource clock) {
        if (capacity < 1) {
            throw new IllegalArgumentException("history: %d prices (expected: 1 or more)".formatted(capacity));
        }
        this.capacity = capacity;
        this.clock = clock;
        this.nextId = clock.millis();
    }

    /** Adds a price, and removes the oldest one if the capacity is exceeded. */
    synchronized Tick add(String symbol, long cents) {
        if (ticks.size() == capacity) {
            ticks.removeFirst();
        }
        Tick tick = new Tick(nextId++, symbol, cents, clock.instant());
        ticks.addLast(tick);
        return tick;
    }

    /** Returns the prices, oldest first. */
    synchronized List<Tick> latest() {
        return List.copyOf(ticks);
    }
}
