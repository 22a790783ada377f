package io.channels4j.redis.queue;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.Message;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.connection.ControlThread;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * What goes out: to the processes of a group, to one process, to a work queue; at once or later. Messages to one
 * address keep their order. What Redis has not answered yet is bounded.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class Outbound {

    private static final int OVERHEAD = 256;
    private static final int MOST_ROUTES = 10_000;
    private static final int MOST_DELAYED = 100_000;
    private static final Duration AFTER_DUE = Duration.ofDays(1);

    private final QueueSettings settings;
    private final String process;
    private final Function<String, Tag> tags;
    private final ControlThread loop;
    private final Counts counts;
    private final Runnable trouble;
    private final Map<String, GroupRoute> routes = new ConcurrentHashMap<>();
    private final Map<Tag, Lane> direct = new ConcurrentHashMap<>();
    private final AtomicLong unanswered = new AtomicLong();

    Outbound(
            QueueSettings settings,
            String process,
            Function<String, Tag> tags,
            ControlThread loop,
            Counts counts,
            Runnable trouble) {
        this.settings = settings;
        this.process = process;
        this.tags = tags;
        this.loop = loop;
        this.counts = counts;
        this.trouble = trouble;
    }

    /** Sends to the other processes and the queues of a group. */
    CompletableFuture<Void> toGroup(String group, Message message, Set<String> except) {
        Tag tag = tags.apply(group);
        byte[] payload = Envelope.toGroup(group, message, except).encode(settings.codec());
        GroupRoute route = enter(group);
        Request request = request(tag, () -> runGroup(route, tag, group, payload), reply -> settlesGroup(route, reply));
        return bounded(payload, () -> {
                    route.submit(request);
                    return request.reply();
                })
                .whenComplete((reply, failure) -> leave(group))
                .thenAccept(reply -> {
                    counts.dropped.add((long) reply.get(1));
                    toQueues(route.members().queues(), (long) reply.get(2), message, except);
                });
    }

    private CompletableFuture<List<Object>> runGroup(GroupRoute route, Tag tag, String group, byte[] payload) {
        GroupRoute.Members members = route.members();
        List<String> keys = new ArrayList<>();
        keys.add(tag.group(group));
        keys.add(tag.leases());
        members.processes().forEach(other -> keys.add(tag.inbox(other)));
        List<byte[]> values = new ArrayList<>();
        values.add(bytes(members.version()));
        values.add(payload);
        values.addAll(inboxLimits());
        values.add(Registrations.version());
        members.processes().forEach(other -> values.add(bytes(other)));
        return tag.link.onceReplicated(settings.replication(), Script.GROUP, keys, values.toArray(byte[][]::new));
    }

    private boolean settlesGroup(GroupRoute route, List<Object> reply) {
        if ((long) reply.get(0) == 1) {
            return true;
        }
        route.learned(GroupRoute.Members.read((List<?>) reply.get(1), process));
        return false;
    }

    private void toQueues(List<GroupRoute.Queue> queues, long now, Message message, Set<String> except) {
        for (GroupRoute.Queue queue : queues) {
            byte[] name = settings.codec().seal().open(queue.sealedName().array());
            String channel = new String(name, StandardCharsets.UTF_8);
            if (queue.ends() > now && !except.contains(channel)) {
                var unused =
                        toQueue(channel, Envelope.toChannel(channel, message).encode(settings.codec()));
            }
        }
    }

    private GroupRoute enter(String group) {
        if (routes.size() > MOST_ROUTES) {
            routes.values().removeIf(route -> route.users == 0);
        }
        return routes.compute(group, (name, known) -> {
            GroupRoute route = known == null ? new GroupRoute() : known;
            route.users++;
            return route;
        });
    }

    private void leave(String group) {
        routes.computeIfPresent(group, (name, route) -> {
            route.users--;
            return route;
        });
    }

    /** Sends to one process; completes with whether it is alive, and exceptionally when its inbox is full. */
    CompletableFuture<Boolean> toProcess(String other, String channel, byte[] payload) {
        Tag tag = tags.apply(other);
        return toProcess(tag, other, channel, payload, List.of(tag.leases(), tag.inbox(other)), new byte[0]);
    }

    private CompletableFuture<Boolean> toProcess(
            Tag tag, String other, String channel, byte[] payload, List<String> keys, byte[] delayed) {
        List<byte[]> values = new ArrayList<>(List.of(bytes(other), payload));
        values.addAll(inboxLimits());
        values.add(delayed);
        return inOrder(tag, Script.INBOX, keys, payload, values).thenApply(reply -> {
            long result = (long) reply.get(0);
            counts.dropped.add((long) reply.get(1));
            if (result == 0 || result == -1) {
                counts.dropped.increment();
            }
            if (result == -1) {
                throw new ChannelFullException(channel, settings.inboxCapacity());
            }
            return result != 0;
        });
    }

    private List<byte[]> inboxLimits() {
        return List.of(
                bytes(settings.inboxCapacity()),
                bytes(settings.limits().expiry().toMillis()),
                bytes(settings.lease().toMillis()));
    }

    /** Sends to a work queue; completes exceptionally when it is full. */
    CompletableFuture<Void> toQueue(String channel, byte[] payload) {
        Tag tag = tags.apply(channel);
        return toQueue(tag, channel, payload, List.of(tag.queue(channel)), new byte[0]);
    }

    private CompletableFuture<Void> toQueue(
            Tag tag, String channel, byte[] payload, List<String> keys, byte[] delayed) {
        List<byte[]> values = List.of(
                payload,
                bytes(settings.limits().capacityOf(channel)),
                bytes(settings.limits().expiry().toMillis()),
                bytes(settings.queueLife().toMillis()),
                delayed);
        return inOrder(tag, Script.WORK, keys, payload, values).thenAccept(reply -> {
            counts.dropped.add((long) reply.get(2));
            if ((long) reply.get(0) == -1) {
                counts.dropped.increment();
                throw new ChannelFullException(channel, (int) (long) reply.get(1));
            }
        });
    }

    /** Keeps a message in Redis until it is due; completes with when that is. */
    CompletableFuture<Long> later(Tag tag, String channel, byte[] payload, Duration delay) {
        List<byte[]> values = List.of(
                Delayed.member(payload), bytes(delay.toMillis()), bytes(MOST_DELAYED), bytes(AFTER_DUE.toMillis()));
        return inOrder(tag, Script.LATER, List.of(tag.delayed()), payload, values)
                .thenApply(reply -> {
                    long due = (long) reply.get(0);
                    if (due < 0) {
                        throw new ChannelFullException(channel, (int) (long) reply.get(1));
                    }
                    tag.clockIs(due - delay.toMillis());
                    return due;
                });
    }

    /** Sends a message that has waited, unless another process did. */
    CompletableFuture<?> move(Tag tag, byte[] member, byte[] payload) {
        String channel = Envelope.nameOf(payload, settings.codec());
        int mark = channel.indexOf('!');
        if (mark < 0) {
            return toQueue(tag, channel, payload, List.of(tag.queue(channel), tag.delayed()), member);
        }
        String other = channel.substring(0, mark);
        return toProcess(tag, other, channel, payload, List.of(tag.leases(), tag.inbox(other), tag.delayed()), member);
    }

    private CompletableFuture<List<Object>> inOrder(
            Tag tag, Script script, List<String> keys, byte[] payload, List<byte[]> values) {
        byte[][] all = values.toArray(byte[][]::new);
        Request request =
                request(tag, () -> tag.link.onceReplicated(settings.replication(), script, keys, all), reply -> true);
        return bounded(payload, () -> {
            direct.computeIfAbsent(tag, t -> new Lane(() -> {})).submit(request);
            return request.reply();
        });
    }

    private Request request(Tag tag, Supplier<CompletableFuture<List<Object>>> run, Predicate<List<Object>> settles) {
        return new Request(run, settles, tag.link, loop, settings.patience());
    }

    private CompletableFuture<List<Object>> bounded(byte[] payload, Supplier<CompletableFuture<List<Object>>> send) {
        long cost = (long) payload.length + OVERHEAD;
        long before = unanswered.getAndAdd(cost);
        if (before > 0 && before + cost > settings.mostUnanswered()) {
            unanswered.addAndGet(-cost);
            counts.failed.increment();
            return CompletableFuture.failedFuture(
                    new ConnectionLostException("%d bytes wait to be sent or answered already".formatted(before)));
        }
        return send.get().whenComplete((reply, failure) -> {
            unanswered.addAndGet(-cost);
            (failure == null ? counts.sent : counts.failed).increment();
            if (failure != null) {
                trouble.run();
            }
        });
    }

    /** Puts a work queue into a group. */
    CompletableFuture<?> joinQueue(String group, String channel) {
        Tag tag = tags.apply(group);
        byte[] name = settings.codec().seal().seal(bytes(channel));
        List<byte[]> values = List.of(
                member(channel),
                name,
                Registrations.version(),
                bytes(settings.limits().groupExpiry().toMillis()));
        return inOrder(tag, Script.JOINQUEUE, List.of(tag.group(group)), name, values);
    }

    /** Takes a work queue out of a group. */
    CompletableFuture<?> leaveQueue(String group, String channel) {
        Tag tag = tags.apply(group);
        List<byte[]> values = List.of(Registrations.version(), member(channel));
        return inOrder(tag, Script.LEAVE, List.of(tag.group(group)), values.get(1), values);
    }

    private byte[] member(String channel) {
        return bytes("q" + settings.keys().shown(channel));
    }
}
