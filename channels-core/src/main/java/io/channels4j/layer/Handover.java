package io.channels4j.layer;

import io.channels4j.Message;
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
 * The way of messages to the subscribers of one executor: in order, and one task for all that is there, so that the executor is
 * woken once for many messages to many members.
 *
 * <p>Messages in a row to the same members are handed over member by member, each member getting them all: its next steps, such as
 * writing to a socket, then find them together.
 */
final class Handover {

    /** How many messages may be on the way before senders are told later that the layer has theirs. */
    private static final int PROMPT = 256;

    private final Executor executor;
    private final ConcurrentLinkedQueue<Entry> entries = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final List<Entry> run = new ArrayList<>();

    /** How many subscriptions use this; guarded by whoever keeps this object. */
    int users;

    Handover(Executor executor) {
        this.executor = executor;
    }

    /** A message and its receivers: one channel, or the members that a group had on this executor when it was sent. */
    private record Entry(
            Message message,
            @Nullable LocalChannel one,
            @Nullable LocalMembers members,
            LocalMembers.@Nullable Snapshot snapshot,
            Set<String> except,
            @Nullable CompletableFuture<Void> done) {}

    Executor executor() {
        return executor;
    }

    CompletionStage<Void> toOne(LocalChannel channel, Message message) {
        return add(message, channel, null, Set.of());
    }

    CompletionStage<Void> toMembers(LocalMembers members, Message message, Set<String> except) {
        return add(message, null, members, except);
    }

    private CompletionStage<Void> add(
            Message message, @Nullable LocalChannel one, @Nullable LocalMembers members, Set<String> except) {
        int before = waiting.getAndIncrement();
        CompletableFuture<Void> done = before < PROMPT ? null : new CompletableFuture<>();
        LocalMembers.Snapshot snapshot = members == null ? null : members.sending();
        entries.add(new Entry(message, one, members, snapshot, except, done));
        if (before == 0) {
            start();
        }
        return done == null ? Stages.done() : done;
    }

    private void start() {
        try {
            executor.execute(this::handOver);
        } catch (RejectedExecutionException shutDown) {
            dropAll();
        }
    }

    private void handOver() {
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
            start(); // others of this executor have their turn first
        }
    }

    /** Returns the next entry, which may be counted a moment before it is there. */
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
            one.arrived(first.message());
        } else if (first.snapshot() != null) {
            deliver(first.snapshot(), first.except());
        }
        for (Entry entry : run) {
            finish(entry);
        }
        run.clear();
    }

    private void deliver(LocalMembers.Snapshot snapshot, Set<String> except) {
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
            entry.members().delivered();
        }
        if (entry.done() != null) {
            entry.done().complete(Stages.NOTHING);
        }
    }

    /** The executor was shut down, and its connections with it. */
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
