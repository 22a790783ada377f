package io.channels4j.delivery;

import io.channels4j.Message;
import io.channels4j.internal.Footprint;
import io.channels4j.internal.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An ordered queue of messages for the subscribers on one executor. One task delivers all queued messages. The executor
 * need not be woken for each message and member.
 *
 * <p>Consecutive messages to the same members are delivered member by member, which batches each member's socket
 * writes.
 *
 * <p><b>Threads.</b> Messages may be sent from any thread. They are delivered on the executor.
 */
final class DeliveryQueue {

    /** While at least this many messages are queued, a send completes only when its message has been delivered. */
    private static final int MAX_UNCONFIRMED = 256;

    private final Executor executor;
    private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final List<Entry> run = new ArrayList<>();

    /** The number of channels that use this queue. It is changed only in atomic operations on the map that holds the queue. */
    int channels;

    DeliveryQueue(Executor executor) {
        this.executor = executor;
    }

    /**
     * A message and its receivers. These are one channel, or the group's members on this executor at the time of the
     * send. The message has a footprint if it had to be measured before it was queued.
     */
    private record Entry(
            Message message,
            @Nullable LocalChannel one,
            @Nullable LocalMembers members,
            LocalMembers.@Nullable Snapshot snapshot,
            Set<String> except,
            @Nullable Footprint footprint,
            @Nullable CompletableFuture<Void> done) {}

    Executor executor() {
        return executor;
    }

    CompletionStage<Void> send(LocalChannel channel, Message message, @Nullable Footprint footprint) {
        return add(message, channel, null, Set.of(), footprint);
    }

    CompletionStage<Void> send(
            LocalMembers members, Message message, Set<String> except, @Nullable Footprint footprint) {
        return add(message, null, members, except, footprint);
    }

    private CompletionStage<Void> add(
            Message message,
            @Nullable LocalChannel one,
            @Nullable LocalMembers members,
            Set<String> except,
            @Nullable Footprint footprint) {
        int before = waiting.getAndIncrement();
        CompletableFuture<Void> done = before < MAX_UNCONFIRMED ? null : new CompletableFuture<>();
        LocalMembers.Snapshot snapshot = members == null ? null : members.sending();
        entries.add(new Entry(message, one, members, snapshot, except, footprint, done));
        if (before == 0) {
            start();
        }
        return done == null ? Stages.done() : done;
    }

    private void start() {
        try {
            executor.execute(this::deliverAll);
        } catch (RejectedExecutionException shutDown) {
            dropAll();
        }
    }

    private void deliverAll() {
        int taken = waiting.get();
        for (int i = 0; i < taken; i++) {
            Entry entry = next();
            if (!run.isEmpty() && !sameMembers(run.get(0), entry)) {
                deliverRun();
            }
            run.add(entry);
        }
        deliverRun();
        if (waiting.addAndGet(-taken) > 0) {
            start(); // runs after the executor's other tasks
        }
    }

    /** Returns the next entry. Spins if needed, because an entry is counted just before it is added. */
    private Entry next() {
        Entry entry = entries.poll();
        while (entry == null) {
            Thread.onSpinWait();
            entry = entries.poll();
        }
        return entry;
    }

    private static boolean sameMembers(Entry first, Entry second) {
        LocalMembers.Snapshot snapshot = first.snapshot();
        return snapshot != null
                && second.snapshot() != null
                && snapshot.same(second.snapshot())
                && first.except().isEmpty()
                && second.except().isEmpty();
    }

    private void deliverRun() {
        if (run.isEmpty()) {
            return;
        }
        Entry first = run.get(0);
        LocalChannel one = first.one();
        if (one != null) {
            one.deliverCounted(first.message(), first.footprint());
        } else if (first.snapshot() != null) {
            deliver(first.snapshot(), first.except());
        }
        for (Entry entry : run) {
            finish(entry);
        }
        run.clear();
    }

    private void deliver(LocalMembers.Snapshot snapshot, Set<String> except) {
        for (int k = 0; k < run.size(); k++) {
            LocalMembers members = run.get(k).members();
            if (members != null) {
                members.delivering(run.get(k).message());
            }
        }
        for (int i = 0; i < snapshot.size(); i++) {
            LocalChannel member = snapshot.get(i);
            if (member != null && !except.contains(member.channel())) {
                for (int k = 0; k < run.size(); k++) {
                    member.deliver(run.get(k).message());
                }
            }
        }
    }

    private static void finish(Entry entry) {
        if (entry.members() != null) {
            entry.members().delivered(entry.footprint());
        }
        if (entry.done() != null) {
            entry.done().complete(Stages.NOTHING);
        }
    }

    /** Drops all messages, because the executor was shut down with its connections. */
    private void dropAll() {
        int taken = waiting.get();
        for (int i = 0; i < taken; i++) {
            finish(next());
        }
        if (waiting.addAndGet(-taken) > 0) {
            dropAll();
        }
    }
}
