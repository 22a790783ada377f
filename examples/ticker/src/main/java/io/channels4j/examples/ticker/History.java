package io.channels4j.examples.ticker;

import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The latest prices, and the numbers they are given.
 *
 * <p>Numbers begin with the clock's milliseconds, so that those of a process that starts anew are higher than those that browsers
 * still remember.
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

    /** Keeps a price, and forgets the oldest one when there are too many. */
    synchronized Tick add(String symbol, long cents) {
        if (ticks.size() == capacity) {
            ticks.removeFirst();
        }
        Tick tick = new Tick(nextId++, symbol, cents, clock.instant());
        ticks.addLast(tick);
        return tick;
    }

    /** Returns what is kept, oldest first. */
    synchronized List<Tick> latest() {
        return List.copyOf(ticks);
    }
}
