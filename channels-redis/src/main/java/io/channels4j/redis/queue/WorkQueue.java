package io.channels4j.redis.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What this process has to do with one work queue: who waits for its messages, and which ones it has. On the loop. */
final class WorkQueue {

    final String channel;
    final String key;

    private final Deque<Taker> takers = new ArrayDeque<>();
    private final Deque<WorkItem> untaken = new ArrayDeque<>();
    private final Set<String> unfinished = new HashSet<>();
    final List<String> finished = new ArrayList<>();
    final List<String> returned = new ArrayList<>();

    /** What is given back without anybody here having had it. */
    final List<String> untouched = new ArrayList<>();

    /** What Redis is being told of. */
    final Set<String> onTheWay = new HashSet<>();

    /** Whether Redis may have given this process messages that did not arrive. */
    boolean unsure;

    /** Who waits for a message. */
    interface Taker {

        boolean gaveUp();

        /** Takes an item unless it gave up; returns whether it did. */
        boolean take(WorkItem item);
    }

    WorkQueue(String channel, String key) {
        this.channel = channel;
        this.key = key;
    }

    /** Gives a taker what is there, or lets it wait; returns what it took. */
    @Nullable
    WorkItem add(Taker taker) {
        WorkItem first = untaken.peek();
        if (first != null && taker.take(first)) {
            return untaken.poll();
        }
        takers.add(taker);
        return null;
    }

    /** Takes an item in; returns whether somebody took it at once. */
    boolean arrived(WorkItem item) {
        unfinished.add(item.id);
        for (Taker taker = takers.poll(); taker != null; taker = takers.poll()) {
            if (taker.take(item)) {
                return true;
            }
        }
        untaken.add(item);
        return false;
    }

    /** Returns how many wait for messages that are not here. */
    int wanted() {
        takers.removeIf(Taker::gaveUp);
        return takers.size();
    }

    /** Gives back an item if it was not taken yet; returns whether it does. */
    boolean untake(WorkItem item) {
        return untaken.remove(item) && unfinished.remove(item.id) && untouched.add(item.id);
    }

    /** Notes that an item is done with; returns whether it was not before. */
    boolean finish(String id) {
        return unfinished.remove(id);
    }

    /** Tells whether this process has an item, or had it and says so at present. */
    boolean has(String id) {
        return unfinished.contains(id)
                || finished.contains(id)
                || returned.contains(id)
                || untouched.contains(id)
                || onTheWay.contains(id);
    }

    boolean isIdle() {
        return wanted() == 0
                && !unsure
                && unfinished.isEmpty()
                && finished.isEmpty()
                && returned.isEmpty()
                && untouched.isEmpty()
                && onTheWay.isEmpty();
    }

    /** Gives all back that is not done; nobody waits any more. */
    void returnAll() {
        List.copyOf(untaken).forEach(this::untake);
        returned.addAll(unfinished);
        unfinished.clear();
        takers.clear();
    }

    void refuse(Predicate<Taker> refusal) {
        takers.removeIf(refusal);
    }
}
