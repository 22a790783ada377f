package io.channels4j.redis.queue;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.QueueScript;
import io.channels4j.redis.queue.store.StreamEntries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Registers in Redis which groups have members in this process. Changes are sent in batches. Changes that Redis did not confirm or has
 * lost are sent again.
 *
 * <table>
 * <caption>States of a group</caption>
 * <tr><th>from</th><th>event</th><th>to</th></tr>
 * <tr><td>{@code ABSENT}</td><td>a registration is sent</td><td>{@code UNCERTAIN}</td></tr>
 * <tr><td>{@code UNCERTAIN}</td><td>Redis confirmed a registration</td><td>{@code REGISTERED}</td></tr>
 * <tr><td>{@code UNCERTAIN}</td><td>Redis confirmed a removal</td><td>{@code ABSENT}</td></tr>
 * <tr><td>{@code REGISTERED}</td><td>the last member left, or the registration must be renewed</td>
 * <td>{@code UNCERTAIN}</td></tr>
 * <tr><td>{@code REGISTERED}</td><td>Redis has evicted the registration</td><td>{@code ABSENT}</td></tr>
 * <tr><td>any</td><td>the lease expired, so Redis may have lost the registration</td><td>{@code ABSENT}</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Confined to the control thread, except for {@link #changed}, {@link #confirmed} and {@link #size}.
 */
final class GroupRegistrations {

    private static final int BATCH = 200;
    private static final Duration RETRY = Duration.ofMillis(300);

    private final String process;
    private final Function<String, Partition> partitions;
    private final Predicate<String> hasMembers;
    private final Duration expiry;
    private final ControlThread thread;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Map<Partition, Recovery> recoveries = new HashMap<>();
    private final Consumer<Set<String>> onRecovered;
    private final Set<String> changed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean sendScheduled = new AtomicBoolean();

    /**
     * The groups of one partition whose registrations were lost.
     */
    private record Recovery(Set<String> open, Set<String> all) {

        void add(String group) {
            open.add(group);
            all.add(group);
        }
    }

    private enum State {
        /** Redis has no registration. */
        ABSENT,
        /** Redis may have a registration. */
        UNCERTAIN,
        /** Redis has confirmed the registration. */
        REGISTERED
    }

    private static final class Entry {

        final String group;
        final Partition partition;
        final List<CompletableFuture<Void>> waiters = new ArrayList<>();
        volatile State state = State.ABSENT;

        /** Whether a registration or a removal is in flight. There is at most one at a time. */
        boolean inFlight;

        Entry(String group, Partition partition) {
            this.group = group;
            this.partition = partition;
        }

        void completeWaiters() {
            waiters.forEach(waiter -> waiter.complete(Stages.NOTHING));
            waiters.clear();
        }
    }

    /**
     * Creates an instance without groups.
     *
     * @param partitions a function that returns the partition of a group
     * @param expiry how long Redis keeps a registration that is not renewed
     * @param onRecovered a callback for groups whose registrations were lost and have been confirmed again
     */
    GroupRegistrations(
            String process,
            Function<String, Partition> partitions,
            Predicate<String> hasMembers,
            Duration expiry,
            Consumer<Set<String>> onRecovered,
            ControlThread thread) {
        this.process = process;
        this.partitions = partitions;
        this.hasMembers = hasMembers;
        this.expiry = expiry;
        this.onRecovered = onRecovered;
        this.thread = thread;
    }

    /** Must be called when a group may have gained its first member or lost its last. */
    void changed(String group) {
        changed.add(group);
        scheduleSend();
    }

    /** Completes when Redis has confirmed the registration of a group, or immediately during an outage. */
    CompletionStage<Void> confirmed(String group) {
        Entry known = entries.get(group);
        if (known != null && known.state == State.REGISTERED) {
            return Stages.done();
        }
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        thread.execute(() -> {
            entry(group).waiters.add(confirmed);
            changed(group);
        });
        return confirmed;
    }

    int size() {
        return entries.size();
    }

    /** Returns the groups in a partition that have members in this process. */
    Set<String> groupsIn(Partition partition) {
        return in(partition).map(entry -> entry.group).filter(hasMembers).collect(Collectors.toUnmodifiableSet());
    }

    /** Returns true while Redis has not confirmed all lost registrations again. */
    boolean isRecovering() {
        return !recoveries.isEmpty();
    }

    /** Registers all groups of a partition again after their registrations were lost. */
    void forgotten(Partition partition) {
        Recovery recovery = recovery(partition);
        in(partition).forEach(entry -> {
            if (entry.state == State.REGISTERED) {
                recovery.add(entry.group);
            }
            entry.state = State.ABSENT;
            changed.add(entry.group);
        });
        if (recovery.open().isEmpty()) {
            recoveries.remove(partition);
        }
        scheduleSend();
    }

    private Stream<Entry> in(Partition partition) {
        return entries.values().stream().filter(entry -> entry.partition == partition);
    }

    private Recovery recovery(Partition partition) {
        return recoveries.computeIfAbsent(partition, key -> new Recovery(new HashSet<>(), new HashSet<>()));
    }

    private void recovered(Entry entry) {
        Recovery recovery = recoveries.get(entry.partition);
        if (recovery != null
                && recovery.open().remove(entry.group)
                && recovery.open().isEmpty()) {
            recoveries.remove(entry.partition);
            onRecovered.accept(recovery.all());
        }
    }

    /** Sends the unconfirmed changes in a partition. */
    void synchronize(Partition partition) {
        in(partition).forEach(entry -> changed.add(entry.group));
        scheduleSend();
    }

    /** Sends the unconfirmed changes in a partition, and restores registrations that Redis has evicted. */
    void verify(Partition partition) {
        synchronize(partition);
        for (List<Entry> batch :
                batches(in(partition).filter(GroupRegistrations::isSettled).toList())) {
            Stages.ignore(partition
                    .connection()
                    .run(QueueScript.FIND_MISSING_GROUPS, keys(partition, batch), bytes(process))
                    .thenAccept(missing -> thread.execute(() -> evicted(batch, missing))));
        }
    }

    private static boolean isSettled(Entry entry) {
        return entry.state == State.REGISTERED && !entry.inFlight;
    }

    private void evicted(List<Entry> batch, List<Object> indexes) {
        for (Object index : indexes) {
            Entry entry = batch.get(Math.toIntExact((long) index) - 1);
            if (isSettled(entry)) {
                entry.state = State.ABSENT;
                recovery(entry.partition).add(entry.group);
                changed.add(entry.group);
            }
        }
        scheduleSend();
    }

    /** Sends all registrations of a partition again, so that they do not expire. */
    void renewAll(Partition partition) {
        in(partition)
                .filter(entry -> entry.state == State.REGISTERED && !entry.inFlight)
                .forEach(entry -> {
                    entry.state = State.UNCERTAIN;
                });
        synchronize(partition);
    }

    /** Completes all stages that wait for an unreachable partition. */
    void unreachable(Partition partition) {
        in(partition).forEach(Entry::completeWaiters);
    }

    /** Removes all registrations of a partition. Completes when Redis has confirmed the removal. */
    CompletableFuture<?> leaveAll(Partition partition) {
        List<Entry> known =
                in(partition).filter(entry -> entry.state != State.ABSENT).toList();
        List<CompletableFuture<?>> replies = new ArrayList<>();
        for (List<Entry> batch : batches(known)) {
            replies.add(remove(partition, batch));
        }
        entries.values().forEach(Entry::completeWaiters);
        return CompletableFuture.allOf(replies.toArray(CompletableFuture<?>[]::new));
    }

    private Entry entry(String group) {
        return entries.computeIfAbsent(group, name -> new Entry(name, partitions.apply(name)));
    }

    private void scheduleSend() {
        if (sendScheduled.compareAndSet(false, true)) {
            thread.execute(this::send);
        }
    }

    private void send() {
        sendScheduled.set(false);
        Map<Partition, List<Entry>> additions = new HashMap<>();
        Map<Partition, List<Entry>> removals = new HashMap<>();
        for (String group : Set.copyOf(changed)) {
            changed.remove(group);
            Entry entry = entry(group);
            entry.partition.activate();
            if (!entry.inFlight) {
                classify(entry, additions, removals);
            }
        }
        additions.forEach((partition, all) -> batches(all).forEach(batch -> send(partition, batch, true)));
        removals.forEach((partition, all) -> batches(all).forEach(batch -> send(partition, batch, false)));
    }

    private void classify(Entry entry, Map<Partition, List<Entry>> additions, Map<Partition, List<Entry>> removals) {
        boolean registered = entry.state == State.REGISTERED;
        if (registered) {
            // precedes the check for members; a concurrent join then either waits or is noticed by the check
            entry.state = State.UNCERTAIN;
        }
        if (hasMembers.test(entry.group)) {
            if (registered) {
                entry.state = State.REGISTERED;
                entry.completeWaiters();
            } else if (entry.partition.isReachable()) {
                additions
                        .computeIfAbsent(entry.partition, key -> new ArrayList<>())
                        .add(entry);
            } else if (!entry.partition.isPending()) {
                entry.completeWaiters();
                recovery(entry.partition).add(entry.group); // messages from other processes are missed in the meantime
            }
            return;
        }
        entry.completeWaiters();
        recovered(entry);
        if (entry.state == State.ABSENT) {
            entries.remove(entry.group, entry);
        } else if (entry.partition.isReachable()) {
            removals.computeIfAbsent(entry.partition, key -> new ArrayList<>()).add(entry);
        }
    }

    private static List<List<Entry>> batches(List<Entry> all) {
        List<List<Entry>> batches = new ArrayList<>();
        for (int from = 0; from < all.size(); from += BATCH) {
            batches.add(List.copyOf(all.subList(from, Math.min(all.size(), from + BATCH))));
        }
        return batches;
    }

    private void send(Partition partition, List<Entry> batch, boolean addition) {
        batch.forEach(entry -> {
            entry.inFlight = true;
            entry.state = State.UNCERTAIN;
        });
        Stages.ignore((addition ? add(partition, batch) : remove(partition, batch))
                .whenComplete((reply, failure) -> thread.execute(() -> sent(batch, addition, failure == null))));
    }

    private void sent(List<Entry> batch, boolean addition, boolean success) {
        for (Entry entry : batch) {
            entry.inFlight = false;
            if (success) {
                entry.state = addition ? State.REGISTERED : State.ABSENT;
                recovered(entry);
            }
            changed.add(entry.group); // its members may have changed in the meantime
        }
        if (success) {
            scheduleSend();
        } else {
            thread.schedule(RETRY, this::scheduleSend);
        }
    }

    private CompletableFuture<List<Object>> add(Partition partition, List<Entry> batch) {
        return partition
                .connection()
                .run(
                        QueueScript.ADD_PROCESS_TO_GROUPS,
                        keys(partition, batch),
                        bytes(process),
                        Partition.newGroupVersion(),
                        bytes(expiry.toMillis()),
                        bytes(StreamEntries.MAX_MESSAGES));
    }

    private CompletableFuture<List<Object>> remove(Partition partition, List<Entry> batch) {
        byte[][] values = new byte[batch.size() + 1][];
        values[0] = Partition.newGroupVersion();
        for (int i = 0; i < batch.size(); i++) {
            values[i + 1] = bytes("p" + process);
        }
        return partition.connection().run(QueueScript.REMOVE_FROM_GROUPS, keys(partition, batch), values);
    }

    private static List<String> keys(Partition partition, List<Entry> batch) {
        return batch.stream().map(entry -> partition.group(entry.group)).toList();
    }
}
