package io.channels4j.redis.queue;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ControlThread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Keeps Redis' view of which groups have members in this process equal to what is so: changes are collected and sent in
 * batches, and what Redis could not be told, or has forgotten, is told again.
 *
 * <p>Changed on the loop.
 */
final class Registrations {

    private static final int BATCH = 200;
    private static final Duration RETRY = Duration.ofMillis(300);

    private final String process;
    private final Function<String, Tag> tags;
    private final Predicate<String> hasMembers;
    private final Duration life;
    private final ControlThread loop;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Map<Tag, Recovery> recovering = new HashMap<>();
    private final Consumer<Set<String>> recoveries;
    private final Set<String> dirty = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /** The groups that Redis has forgotten: those that it does not know again yet, and all. */
    private record Recovery(Set<String> open, Set<String> all) {}

    private static final class Entry {

        final String group;
        final Tag tag;

        /** Whether Redis has said that it knows. */
        volatile boolean registered;

        /** Whether Redis may know. */
        boolean told;

        boolean busy;
        final List<CompletableFuture<Void>> waiters = new ArrayList<>();

        Entry(String group, Tag tag) {
            this.group = group;
            this.tag = tag;
        }

        void release() {
            waiters.forEach(waiter -> waiter.complete(Stages.NOTHING));
            waiters.clear();
        }
    }

    /**
     * Makes what has nothing to tell yet.
     *
     * @param tags gives the tag of a group
     * @param life how long Redis keeps a group that it is not told of again
     * @param recoveries is told of groups that Redis had forgotten and now knows again
     */
    Registrations(
            String process,
            Function<String, Tag> tags,
            Predicate<String> hasMembers,
            Duration life,
            Consumer<Set<String>> recoveries,
            ControlThread loop) {
        this.process = process;
        this.tags = tags;
        this.hasMembers = hasMembers;
        this.life = life;
        this.recoveries = recoveries;
        this.loop = loop;
    }

    /** Tells that a group may have got its first member or lost its last; from any thread. */
    void changed(String group) {
        dirty.add(group);
        schedule();
    }

    /**
     * Completes when Redis knows of a group with members here, or at once while Redis is out of reach; from any thread.
     */
    CompletionStage<Void> confirmed(String group) {
        Entry known = entries.get(group);
        if (known != null && known.registered) {
            return Stages.done();
        }
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> {
            entry(group).waiters.add(done);
            changed(group);
        });
        return done;
    }

    int size() {
        return entries.size();
    }

    /** Tells whether Redis has forgotten groups and was not told of all of them again. */
    boolean isRecovering() {
        return !recovering.isEmpty();
    }

    /** Redis has forgotten all of a tag. */
    void forgotten(Tag tag) {
        Recovery recovery = recovery(tag);
        for (Entry entry : entries.values()) {
            if (entry.tag == tag) {
                if (entry.registered) {
                    recovery.open().add(entry.group);
                    recovery.all().add(entry.group);
                }
                entry.registered = false;
                entry.told = false;
                dirty.add(entry.group);
            }
        }
        if (recovery.open().isEmpty()) {
            recovering.remove(tag);
        }
        schedule();
    }

    private Recovery recovery(Tag tag) {
        return recovering.computeIfAbsent(tag, t -> new Recovery(new HashSet<>(), new HashSet<>()));
    }

    private void recovered(Entry entry) {
        Recovery recovery = recovering.get(entry.tag);
        if (recovery != null
                && recovery.open().remove(entry.group)
                && recovery.open().isEmpty()) {
            recovering.remove(entry.tag);
            recoveries.accept(recovery.all());
        }
    }

    /** Redis answers again, or has been told nothing for long: it is told all that it does not know, or everything. */
    void tell(Tag tag, boolean everything) {
        for (Entry entry : entries.values()) {
            if (entry.tag == tag) {
                if (everything && entry.registered && !entry.busy) {
                    entry.registered = false;
                }
                dirty.add(entry.group);
            }
        }
        schedule();
    }

    /** Redis is out of reach: nobody waits for it. */
    void unreachable(Tag tag) {
        for (Entry entry : entries.values()) {
            if (entry.tag == tag) {
                entry.release();
            }
        }
    }

    /** Leaves all groups of a tag; completes when Redis knows. */
    CompletableFuture<?> leaveAll(Tag tag) {
        List<Entry> told = entries.values().stream()
                .filter(entry -> entry.tag == tag && entry.told)
                .toList();
        List<CompletableFuture<?>> replies = new ArrayList<>();
        for (int from = 0; from < told.size(); from += BATCH) {
            replies.add(leave(tag, told.subList(from, Math.min(told.size(), from + BATCH))));
        }
        entries.values().forEach(Entry::release);
        return CompletableFuture.allOf(replies.toArray(CompletableFuture<?>[]::new));
    }

    private Entry entry(String group) {
        return entries.computeIfAbsent(group, name -> new Entry(name, tags.apply(name)));
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            loop.execute(this::send);
        }
    }

    private void send() {
        scheduled.set(false);
        Map<Tag, List<Entry>> joins = new HashMap<>();
        Map<Tag, List<Entry>> leaves = new HashMap<>();
        for (String group : Set.copyOf(dirty)) {
            dirty.remove(group);
            Entry entry = entry(group);
            entry.tag.activate();
            if (!entry.busy) {
                sort(entry, joins, leaves);
            }
        }
        joins.forEach((tag, batch) -> batches(tag, batch, true));
        leaves.forEach((tag, batch) -> batches(tag, batch, false));
    }

    private void sort(Entry entry, Map<Tag, List<Entry>> joins, Map<Tag, List<Entry>> leaves) {
        boolean was = entry.registered;
        entry.registered = false; // first, so that whoever joins now waits or is seen here
        if (hasMembers.test(entry.group)) {
            if (was) {
                entry.registered = true;
                entry.release();
            } else if (entry.tag.isReachable()) {
                joins.computeIfAbsent(entry.tag, tag -> new ArrayList<>()).add(entry);
            } else if (entry.tag.why() != null) {
                entry.release();
                Recovery recovery = recovery(entry.tag); // it misses what others send meanwhile
                recovery.open().add(entry.group);
                recovery.all().add(entry.group);
            }
        } else {
            entry.release();
            recovered(entry);
            if (!entry.told) {
                entries.remove(entry.group, entry);
            } else if (entry.tag.isReachable()) {
                leaves.computeIfAbsent(entry.tag, tag -> new ArrayList<>()).add(entry);
            }
        }
    }

    private void batches(Tag tag, List<Entry> all, boolean join) {
        for (int from = 0; from < all.size(); from += BATCH) {
            List<Entry> batch = List.copyOf(all.subList(from, Math.min(all.size(), from + BATCH)));
            batch.forEach(entry -> {
                entry.busy = true;
                entry.told = true;
            });
            var unused = (join ? join(tag, batch) : leave(tag, batch))
                    .whenComplete((reply, failure) -> loop.execute(() -> told(batch, join, failure == null)));
        }
    }

    private void told(List<Entry> batch, boolean join, boolean success) {
        for (Entry entry : batch) {
            entry.busy = false;
            if (success) {
                entry.told = join;
                entry.registered = join;
                recovered(entry);
            }
            dirty.add(entry.group); // it may have changed meanwhile
        }
        if (success) {
            schedule();
        } else {
            loop.schedule(RETRY, this::schedule);
        }
    }

    private CompletableFuture<List<Object>> join(Tag tag, List<Entry> batch) {
        return tag.link.run(Script.JOIN, keys(tag, batch), bytes(process), version(), bytes(life.toMillis()));
    }

    private CompletableFuture<List<Object>> leave(Tag tag, List<Entry> batch) {
        byte[][] values = new byte[batch.size() + 1][];
        values[0] = version();
        for (int i = 0; i < batch.size(); i++) {
            values[i + 1] = bytes("p" + process);
        }
        return tag.link.run(Script.LEAVE, keys(tag, batch), values);
    }

    private static List<String> keys(Tag tag, List<Entry> batch) {
        return batch.stream().map(entry -> tag.group(entry.group)).toList();
    }

    /** Returns a version that a group never had. */
    static byte[] version() {
        return bytes(UUID.randomUUID().toString());
    }
}
