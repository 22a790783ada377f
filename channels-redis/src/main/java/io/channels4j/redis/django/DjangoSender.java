package io.channels4j.redis.django;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.Message;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.redis.django.store.DjangoCounters;
import io.channels4j.redis.django.store.DjangoHost;
import io.channels4j.redis.django.store.DjangoKeys;
import io.channels4j.redis.django.store.DjangoScript;
import io.channels4j.redis.django.store.DjangoSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

/**
 * Adds messages to the queues of processes and to plain channels. A message to a group is added once to the queue of each process with
 * members, along with their names.
 *
 * <p><b>Order.</b> Commands to a host are pipelined on one connection, and its replies are processed in order. Messages to one group or
 * one process are therefore added in the order of the calls, unless a script is repeated. Messages to a plain channel are distributed
 * over all hosts.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class DjangoSender {

    private static final int MAX_QUEUES = 200;
    private static final long MAX_PENDING_BYTES = 32L << 20;

    /** The capacity of a queue for control messages, which must not be dropped silently. */
    private static final int CONTROL_CAPACITY = 100_000;

    private final DjangoSettings settings;
    private final DjangoKeys keys;
    private final String ownQueue;
    private final List<DjangoHost> hosts;
    private final DjangoCounters counters;
    private final BiConsumer<Target, List<String>> ownMembers;
    private final PendingBytes pending = new PendingBytes(MAX_PENDING_BYTES);
    private final AtomicInteger round = new AtomicInteger();
    private final byte[] expiry;

    /**
     * A message to a group.
     *
     * @param group the group
     * @param message the message
     * @param written the serialized message
     * @param except the channels that do not receive it
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Target(String group, Message message, byte[] written, Set<String> except) {}

    /**
     * Creates a sender.
     *
     * @param ownQueue the name of this process's queue
     * @param ownMembers a consumer of those channels of this process that Redis lists as members of a group
     */
    DjangoSender(
            DjangoSettings settings,
            String ownQueue,
            List<DjangoHost> hosts,
            DjangoCounters counters,
            BiConsumer<Target, List<String>> ownMembers) {
        this.settings = settings;
        this.keys = settings.keys();
        this.ownQueue = ownQueue;
        this.hosts = hosts;
        this.counters = counters;
        this.ownMembers = ownMembers;
        this.expiry = bytes(DjangoSettings.text(settings.limits().expiry()));
    }

    /** Sends a message to a channel of another process, or to a plain channel. */
    CompletableFuture<Void> toChannel(String channel, byte[] written) {
        boolean plain = DjangoKeys.isPlain(channel);
        byte[] entry =
                plain ? settings.codec().entry(written) : settings.codec().entry(written, channel);
        DjangoHost host = plain ? nextHost() : hosts.get(keys.hostOf(DjangoKeys.queueName(channel)));
        int capacity = settings.limits().capacityOf(channel);
        return counted(pending.run(
                        entry.length,
                        () -> host.run(
                                DjangoScript.SEND_TO_QUEUES,
                                List.of(keys.queue(DjangoKeys.queueName(channel))),
                                expiry,
                                bytes(capacity),
                                entry)))
                .thenAccept(reply -> {
                    counters.countExpired((long) reply.get(1));
                    if ((long) reply.get(0) > 0) {
                        counters.countFull();
                        throw new ChannelFullException(channel, capacity);
                    }
                    counters.countSent();
                });
    }

    /** Plain channels are distributed over all hosts. Hosts without a connection are skipped while there is another one. */
    private DjangoHost nextHost() {
        for (int i = 0; i < hosts.size(); i++) {
            DjangoHost next = hosts.get(Math.floorMod(round.getAndIncrement(), hosts.size()));
            if (next.isConnected()) {
                return next;
            }
        }
        return hosts.get(0);
    }

    private <T> CompletableFuture<T> counted(CompletableFuture<T> request) {
        return request.whenComplete((done, failure) -> {
            if (failure != null) {
                counters.countFailed();
            }
        });
    }

    /** Sends a message to the members of a group in other processes, and to its plain channels. */
    CompletableFuture<Void> toGroup(Target target) {
        return counted(members(target, settings.limits().groupExpiry().toMillis() / 1000.0)
                .thenCompose(members -> {
                    List<String> own = members.remove(ownQueue);
                    if (own != null) {
                        ownMembers.accept(target, own);
                    }
                    return toQueues(target, members, false)
                            .thenAccept(full -> counters.countFull(target.group(), full));
                })
                .thenRun(counters::countSent));
    }

    /**
     * Sends a message to a control group. Completes with the number of processes, or fails if the queue of one of them is full.
     *
     * @param lifeSeconds how long a process is a member after it last renewed its membership
     */
    CompletableFuture<Integer> toControlGroup(Target target, double lifeSeconds) {
        return counted(members(target, lifeSeconds)
                .thenCompose(members -> toQueues(target, members, true).thenApply(full -> {
                    if (full > 0) {
                        throw new LayerUnavailableException(
                                "send to %s: the queues of %d processes are full".formatted(target.group(), full),
                                null);
                    }
                    counters.countSent();
                    return members.size();
                })));
    }

    /** Returns the members of a group, by the name of their queue. */
    private CompletableFuture<Map<String, List<String>>> members(Target target, double lifeSeconds) {
        DjangoHost host = hosts.get(keys.hostOf(target.group()));
        return pending.run(
                        target.written().length,
                        () -> host.run(
                                DjangoScript.GROUP_MEMBERS,
                                List.of(keys.group(target.group())),
                                bytes(Double.toString(lifeSeconds))))
                .thenApply(names -> {
                    Map<String, List<String>> queues = new LinkedHashMap<>();
                    for (Object name : names) {
                        String channel = new String((byte[]) name, StandardCharsets.UTF_8);
                        if (!target.except().contains(channel)) {
                            queues.computeIfAbsent(DjangoKeys.queueName(channel), key -> new ArrayList<>())
                                    .add(channel);
                        }
                    }
                    return queues;
                });
    }

    /** Adds a message to queues. Completes with the number of queues that were full. */
    private CompletableFuture<Long> toQueues(Target target, Map<String, List<String>> members, boolean control) {
        List<List<String>> byHost = new ArrayList<>();
        hosts.forEach(host -> byHost.add(new ArrayList<>()));
        members.keySet().forEach(queue -> byHost.get(keys.hostOf(queue)).add(queue));
        CompletableFuture<Long> full = CompletableFuture.completedFuture(0L);
        for (DjangoHost host : hosts) {
            List<String> queues = byHost.get(host.index());
            for (int from = 0; from < queues.size(); from += MAX_QUEUES) {
                List<String> some = queues.subList(from, Math.min(from + MAX_QUEUES, queues.size()));
                full = full.thenCombine(toQueues(host, some, target, members, control), Long::sum);
            }
        }
        return full;
    }

    private CompletableFuture<Long> toQueues(
            DjangoHost host, List<String> queues, Target target, Map<String, List<String>> members, boolean control) {
        byte[][] values = new byte[1 + 2 * queues.size()][];
        values[0] = expiry;
        long size = 0;
        for (int i = 0; i < queues.size(); i++) {
            List<String> channels = members.getOrDefault(queues.get(i), List.of());
            byte[] entry = settings.codec().entry(target.written(), channels);
            values[1 + 2 * i] = bytes(control ? CONTROL_CAPACITY : capacity(channels));
            values[2 + 2 * i] = entry;
            size += entry.length;
        }
        List<String> queueKeys = queues.stream().map(keys::queue).toList();
        return pending.run(size, () -> host.run(DjangoScript.SEND_TO_QUEUES, queueKeys, values))
                .thenApply(reply -> {
                    counters.countExpired((long) reply.get(1));
                    return (long) reply.get(0);
                });
    }

    /** Returns the capacity of a queue. Like Django, uses the capacity of the first channel. */
    private int capacity(List<String> channels) {
        return channels.isEmpty() ? 1 : settings.limits().capacityOf(channels.get(0));
    }
}
