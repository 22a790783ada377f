package io.channels4j.redis.django;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.control.ControlTopics;
import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.django.store.DjangoHost;
import io.channels4j.redis.django.store.DjangoKeys;
import io.channels4j.redis.django.store.DjangoScript;
import io.channels4j.redis.django.store.DjangoSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The group memberships of this process's channels. A group is a sorted set in Redis. Permanent memberships are renewed before the group
 * expiry. All memberships are restored after an outage.
 *
 * <p><b>Threads.</b> Confined to the control thread, except {@link #size}.
 */
final class DjangoMemberships {

    private static final int BATCH = 200;
    private static final int MAX_DEPARTED = 100_000;

    /** The joining time of a connection's channel, whose membership does not expire. */
    static final long PERMANENT = Long.MAX_VALUE;

    private final DjangoKeys keys;
    private final List<DjangoHost> hosts;
    private final ControlThread thread;
    private final long expiryMillis;
    private final byte[] expiry;
    private final Map<String, Members> groups = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> byChannel = new HashMap<>();
    private final Map<String, Set<String>> leaving = new HashMap<>();
    private final Map<String, Set<String>> departed = new HashMap<>();
    private final Set<Integer> synchronizing = new HashSet<>();
    private int departedCount;

    /** The channels of this process in one group. */
    private static final class Members {

        /** The time at which each channel joined, in milliseconds of the monotonic clock. */
        final Map<String, Long> joined = new HashMap<>();

        /** The channels whose membership Redis has not confirmed. */
        final Set<String> unconfirmed = new HashSet<>();
    }

    DjangoMemberships(DjangoSettings settings, List<DjangoHost> hosts, ControlThread thread) {
        this.keys = settings.keys();
        this.hosts = hosts;
        this.thread = thread;
        this.expiryMillis = settings.limits().groupExpiry().toMillis();
        this.expiry = bytes(DjangoSettings.text(settings.limits().groupExpiry()));
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private DjangoHost hostOf(String group) {
        return hosts.get(keys.hostOf(group));
    }

    /**
     * Adds a channel to a group. Completes when the request to Redis has ended. If it failed, the membership is restored later.
     *
     * @param permanent whether the membership lasts until the channel is removed
     */
    CompletableFuture<Void> add(String group, String channel, boolean permanent) {
        Members members = groups.computeIfAbsent(group, name -> new Members());
        members.joined.put(channel, permanent ? PERMANENT : now());
        byChannel.computeIfAbsent(channel, name -> new HashSet<>()).add(group);
        forget(group, channel);
        CompletableFuture<Void> confirmed = new CompletableFuture<>();
        Stages.ignore(write(group, List.of(channel), members)
                .whenComplete((added, failure) -> thread.execute(() -> {
                    if (failure != null && members.joined.containsKey(channel)) {
                        members.unconfirmed.add(channel);
                    }
                    confirmed.complete(Stages.NOTHING);
                })));
        return confirmed;
    }

    /** Adds channels to a group in Redis. Completes with the number of channels that were not in the group. */
    private CompletableFuture<Long> write(String group, List<String> channels, Members members) {
        long now = now();
        byte[][] values = new byte[1 + 2 * channels.size()][];
        values[0] = expiry;
        for (int i = 0; i < channels.size(); i++) {
            long joined = members.joined.getOrDefault(channels.get(i), now);
            values[1 + 2 * i] = bytes(Double.toString(joined == PERMANENT ? 0 : (now - joined) / 1000.0));
            values[2 + 2 * i] = bytes(channels.get(i));
        }
        return hostOf(group)
                .run(DjangoScript.ADD_TO_GROUP, List.of(keys.group(group)), values)
                .thenApply(reply -> (long) reply.get(0));
    }

    /** Removes a channel from a group. Completes when the request to Redis has ended. If it failed, the channel is removed later. */
    CompletableFuture<Void> remove(String group, String channel) {
        Members members = groups.get(group);
        if (members != null && members.joined.remove(channel) != null) {
            members.unconfirmed.remove(channel);
            if (members.joined.isEmpty()) {
                groups.remove(group);
            }
            removeFrom(byChannel, channel, group);
        }
        leaving.computeIfAbsent(group, name -> new HashSet<>()).add(channel);
        CompletableFuture<Void> removed = new CompletableFuture<>();
        Stages.ignore(hostOf(group)
                .send(to -> to.zrem(bytes(keys.group(group)), bytes(channel)))
                .whenComplete((count, failure) -> thread.execute(() -> {
                    removeFrom(leaving, group, channel);
                    if (failure != null) {
                        remember(group, channel);
                    }
                    removed.complete(Stages.NOTHING);
                })));
        return removed;
    }

    /** Removes a channel from all its groups. */
    void removeAll(String channel) {
        Set.copyOf(byChannel.getOrDefault(channel, Set.of())).forEach(group -> Stages.ignore(remove(group, channel)));
    }

    private static void removeFrom(Map<String, Set<String>> sets, String key, String element) {
        sets.computeIfPresent(key, (name, set) -> set.remove(element) && set.isEmpty() ? null : set);
    }

    private void remember(String group, String channel) {
        Members members = groups.get(group);
        boolean joinedAgain = members != null && members.joined.containsKey(channel);
        if (!joinedAgain
                && departedCount < MAX_DEPARTED
                && departed.computeIfAbsent(group, name -> new HashSet<>()).add(channel)) {
            departedCount++;
        }
    }

    private void forget(String group, String channel) {
        Set<String> left = departed.get(group);
        if (left != null && left.remove(channel)) {
            departedCount--;
            if (left.isEmpty()) {
                departed.remove(group);
            }
        }
    }

    /**
     * Returns true if this process added a channel to a group, or removed it and Redis has not confirmed the removal. Only a channel that
     * is still a member receives this process's messages, and receives them directly.
     */
    boolean contains(String group, String channel) {
        Members members = groups.get(group);
        return members != null && members.joined.containsKey(channel)
                || leaving.getOrDefault(group, Set.of()).contains(channel)
                || departed.getOrDefault(group, Set.of()).contains(channel);
    }

    /** Returns the number of groups with members in this process, without control groups. Safe from any thread. */
    int size() {
        return (int) groups.keySet().stream()
                .filter(group -> !ControlTopics.isControl(group))
                .count();
    }

    /** Returns the names of the groups with members in this process. */
    Set<String> groups() {
        return Set.copyOf(groups.keySet());
    }

    /** Removes all groups without changing Redis, except those that the predicate keeps. */
    void clear(Predicate<String> keeps) {
        groups.keySet().removeIf(group -> !keeps.test(group));
        byChannel.values().forEach(joined -> joined.removeIf(group -> !keeps.test(group)));
        byChannel.values().removeIf(Set::isEmpty);
        departed.clear();
        departedCount = 0;
    }

    /**
     * Restores or renews the memberships on one host. Completes on the control thread with the groups whose members were missing from
     * Redis. Fails if Redis did not confirm all memberships. Returns null if a synchronization of the host is already in progress.
     */
    @Nullable
    CompletableFuture<Set<String>> synchronize(DjangoHost host) {
        if (!synchronizing.add(host.index())) {
            return null;
        }
        List<String> names = new ArrayList<>();
        groups.keySet().stream().filter(group -> hostOf(group) == host).forEach(names::add);
        Set<String> missing = new HashSet<>();
        CompletableFuture<Set<String>> done = new CompletableFuture<>();
        removeDeparted(host);
        next(names.iterator(), missing, done);
        return done.whenComplete((groupsOfHost, failure) -> synchronizing.remove(host.index()));
    }

    private void removeDeparted(DjangoHost host) {
        for (String group : List.copyOf(departed.keySet())) {
            if (hostOf(group) == host) {
                Set<String> channels = departed.remove(group);
                if (channels != null) {
                    departedCount -= channels.size();
                    channels.forEach(channel -> Stages.ignore(remove(group, channel)));
                }
            }
        }
    }

    /** Writes the members of some groups. After the replies, continues with the next groups. */
    private void next(Iterator<String> names, Set<String> missing, CompletableFuture<Set<String>> done) {
        if (!names.hasNext()) {
            done.complete(missing);
            return;
        }
        List<CompletableFuture<?>> sent = new ArrayList<>();
        while (names.hasNext() && sent.size() < BATCH) {
            String group = names.next();
            Members members = groups.get(group);
            if (members != null) {
                renew(group, members, missing, sent);
            }
        }
        Stages.ignore(CompletableFuture.allOf(sent.toArray(CompletableFuture<?>[]::new))
                .whenComplete((nothing, failure) -> thread.execute(() -> {
                    if (failure == null) {
                        next(names, missing, done);
                    } else {
                        done.completeExceptionally(failure);
                    }
                })));
    }

    private void renew(String group, Members members, Set<String> missing, List<CompletableFuture<?>> sent) {
        long oldest = now() - expiryMillis;
        List<String> expired = members.joined.entrySet().stream()
                .filter(member -> member.getValue() < oldest)
                .map(Map.Entry::getKey)
                .toList();
        expired.forEach(channel -> {
            members.joined.remove(channel);
            members.unconfirmed.remove(channel);
            removeFrom(byChannel, channel, group);
        });
        if (members.joined.isEmpty()) {
            groups.remove(group);
            return;
        }
        List<String> channels = new ArrayList<>(members.joined.keySet());
        if (!members.unconfirmed.isEmpty()) {
            missing.add(group);
        }
        for (int from = 0; from < channels.size(); from += BATCH) {
            List<String> some = List.copyOf(channels.subList(from, Math.min(from + BATCH, channels.size())));
            sent.add(write(group, some, members)
                    .thenAccept(added -> thread.execute(() -> {
                        some.forEach(members.unconfirmed::remove);
                        if (added > 0) {
                            missing.add(group);
                        }
                    })));
        }
    }

    /** Removes the members of this process from Redis. */
    List<CompletableFuture<?>> leaveAll() {
        List<CompletableFuture<?>> left = new ArrayList<>();
        groups.forEach((group, members) -> {
            byte[][] channels = members.joined.keySet().stream()
                    .map(CommandConnection::bytes)
                    .toArray(byte[][]::new);
            if (channels.length > 0) {
                left.add(hostOf(group).send(to -> to.zrem(bytes(keys.group(group)), channels)));
            }
        });
        return left;
    }
}
