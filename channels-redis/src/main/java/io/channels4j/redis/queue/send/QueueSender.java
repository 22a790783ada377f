package io.channels4j.redis.queue.send;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.QueueCounters;
import io.channels4j.redis.queue.store.QueueEnvelope;
import io.channels4j.redis.queue.store.QueueScript;
import io.channels4j.redis.queue.store.QueueSettings;
import io.channels4j.redis.wire.WorkFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Sends messages to the processes of a group, to one process and to work queues, immediately or after a delay. Messages to the same
 * group, process or queue are delivered in the order in which they were sent. The total size of unanswered messages is bounded.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class QueueSender {

    private static final int OVERHEAD_BYTES = 256;
    private static final int MAX_UNUSED_ROUTES = 10_000;

    /** The encryption purpose of the names of work queues in groups. */
    private static final String QUEUE_NAME = "queue";

    /** The number of control messages that an inbox accepts in addition to its capacity. */
    private static final int URGENT_MESSAGES = 10_000;

    private static final int MAX_DELAYED = 100_000;
    private static final Duration DELAYED_LIFE_AFTER_DUE = Duration.ofDays(1);

    private final QueueSettings settings;
    private final String process;
    private final Function<String, Partition> partitions;
    private final Executor resends;
    private final QueueCounters counters;
    private final Runnable onFailure;
    private final Runnable onRetry;
    private final Map<String, GroupRoute> routes = new ConcurrentHashMap<>();
    private final Map<Partition, OrderedRetry> retries = new ConcurrentHashMap<>();
    private final AtomicLong unansweredBytes = new AtomicLong();

    /** The size of the unanswered control messages. It is limited separately, so that application messages cannot use up the limit. */
    private final AtomicLong urgentBytes = new AtomicLong();

    /**
     * Creates a sender.
     *
     * @param partitions a function that returns the partition of a name
     * @param resends the executor on which failures are handled and messages are sent again
     * @param onFailure a task that runs after each failed send
     */
    public QueueSender(
            QueueSettings settings,
            String process,
            Function<String, Partition> partitions,
            Executor resends,
            QueueCounters counters,
            Runnable onFailure) {
        this.settings = settings;
        this.process = process;
        this.partitions = partitions;
        this.resends = resends;
        this.counters = counters;
        this.onRetry = counters::countRetry;
        this.onFailure = onFailure;
    }

    /** Sends a message to the other processes and the work queues of a group. */
    public CompletableFuture<Void> toGroup(String group, Message message, Set<String> except) {
        return send(group, message, except, false).thenAccept(reply -> {});
    }

    /**
     * Sends a control message to the other processes of a group. Completes with the number of processes whose inboxes have the message;
     * exceptionally if an inbox is full.
     */
    public CompletableFuture<Integer> controlToGroup(String group, Message message) {
        return send(group, message, Set.of(), true).thenApply(reply -> {
            if (reply.full() > 0) {
                throw new ChannelFullException("inbox of group " + group, settings.inboxCapacity());
            }
            return Math.toIntExact(reply.added());
        });
    }

    /**
     * The effects of a message to a group.
     *
     * @param full the number of inboxes that were full
     * @param expired the number of older messages that had expired
     * @param added the number of inboxes that have the message
     * @param now the time, in milliseconds of the Redis clock
     */
    private record GroupReply(long full, long expired, long added, long now) {

        static GroupReply of(List<Object> reply) {
            return new GroupReply((long) reply.get(1), (long) reply.get(2), (long) reply.get(3), (long) reply.get(4));
        }
    }

    private CompletableFuture<GroupReply> send(String group, Message message, Set<String> except, boolean urgent) {
        Partition partition = partitions.apply(group);
        byte[] payload = QueueEnvelope.toGroup(group, message, except).encode(settings.codec());
        GroupRoute route = acquireRoute(group);
        OrderedRequest request = request(
                partition,
                () -> callGroupScript(route, partition, group, payload, urgent),
                reply -> acceptsGroupReply(route, reply));
        return bounded(urgent ? urgentBytes : unansweredBytes, payload, () -> {
                    route.submit(request);
                    return request.reply();
                })
                .whenComplete((reply, failure) -> releaseRoute(group))
                .thenApply(values -> {
                    GroupReply reply = GroupReply.of(values);
                    counters.countDropped(DropReason.FULL, reply.full());
                    counters.countDropped(DropReason.EXPIRED, reply.expired());
                    toQueuesOf(group, route.members().queues(), reply.now(), message, except);
                    return reply;
                });
    }

    private CompletableFuture<List<Object>> callGroupScript(
            GroupRoute route, Partition partition, String group, byte[] payload, boolean urgent) {
        GroupRoute.Members members = route.members();
        List<String> keys = new ArrayList<>();
        keys.add(partition.group(group));
        keys.add(partition.leases());
        members.processes().forEach(other -> keys.add(partition.inbox(other)));
        List<byte[]> values = new ArrayList<>();
        values.add(bytes(members.version()));
        values.add(payload);
        values.addAll(inboxLimits(urgent ? URGENT_MESSAGES : 0));
        values.add(Partition.newGroupVersion());
        members.processes().forEach(other -> values.add(bytes(other)));
        return partition
                .connection()
                .onceReplicated(settings.replication(), QueueScript.SEND_TO_GROUP, keys, values.toArray(byte[][]::new));
    }

    private boolean acceptsGroupReply(GroupRoute route, List<Object> reply) {
        if ((long) reply.get(0) == 1) {
            return true;
        }
        route.update(GroupRoute.Members.decode((List<?>) reply.get(1), process));
        return false;
    }

    private void toQueuesOf(
            String group, List<GroupRoute.Queue> queues, long now, Message message, Set<String> except) {
        for (GroupRoute.Queue queue : queues) {
            byte[] name = settings.codec().seal().open(queue.sealedName().array(), QUEUE_NAME, group);
            String channel = new String(name, StandardCharsets.UTF_8);
            if (queue.expiry() > now && !except.contains(channel)) {
                Stages.ignore(toQueue(
                        channel, QueueEnvelope.toChannel(channel, message).encode(settings.codec())));
            }
        }
    }

    private GroupRoute acquireRoute(String group) {
        return routes.compute(group, (name, known) -> {
            GroupRoute route = known == null ? new GroupRoute(resends) : known;
            route.users++;
            return route;
        });
    }

    /**
     * Releases the route of a group. An unused route is kept unless there are too many. A route in use is never replaced, because
     * two routes for one group would break the order of sends.
     */
    private void releaseRoute(String group) {
        boolean many = routes.size() > MAX_UNUSED_ROUTES;
        routes.computeIfPresent(group, (name, route) -> {
            route.users--;
            return many && route.users == 0 ? null : route;
        });
    }

    /** Sends a message to one process. Completes with true if the process is alive, and exceptionally if its inbox is full. */
    public CompletableFuture<Boolean> toProcess(String other, String channel, byte[] payload) {
        Partition partition = partitions.apply(other);
        return toProcess(
                partition, other, channel, payload, List.of(partition.leases(), partition.inbox(other)), new byte[0]);
    }

    private CompletableFuture<Boolean> toProcess(
            Partition partition, String other, String channel, byte[] payload, List<String> keys, byte[] delayed) {
        List<byte[]> values = new ArrayList<>(List.of(bytes(other), payload));
        values.addAll(inboxLimits(0));
        values.add(delayed);
        return inOrder(partition, QueueScript.SEND_TO_PROCESS, keys, payload, values)
                .thenApply(reply -> {
                    long result = (long) reply.get(0);
                    counters.countDropped(DropReason.EXPIRED, (long) reply.get(1));
                    if (result == 0) {
                        counters.countDropped(DropReason.NO_RECEIVER, 1);
                    }
                    if (result == -1) {
                        counters.countDropped(DropReason.FULL, 1);
                        throw new ChannelFullException(channel, settings.inboxCapacity());
                    }
                    return result != 0;
                });
    }

    /** Returns the script arguments for the limits of an inbox, with the given number of messages added to its capacity. */
    private List<byte[]> inboxLimits(int more) {
        return List.of(
                bytes(settings.inboxCapacity() + more),
                bytes(settings.limits().expiry().toMillis()),
                bytes(settings.lease().toMillis()));
    }

    /** Sends a message to a work queue. Completes exceptionally if the queue is full. */
    public CompletableFuture<Void> toQueue(String channel, byte[] payload) {
        Partition partition = partitions.apply(channel);
        String format = settings.codec().format().toString();
        return toQueue(partition, channel, payload, format, List.of(partition.queue(channel)), new byte[0]);
    }

    private CompletableFuture<Void> toQueue(
            Partition partition, String channel, byte[] payload, String format, List<String> keys, byte[] delayed) {
        List<byte[]> values = List.of(
                payload,
                bytes(settings.limits().capacityOf(channel)),
                bytes(settings.limits().expiry().toMillis()),
                bytes(settings.queueLife().toMillis()),
                delayed,
                bytes(format));
        return inOrder(partition, QueueScript.SEND_TO_QUEUE, keys, payload, values)
                .thenAccept(reply -> {
                    counters.countDropped(DropReason.EXPIRED, (long) reply.get(2));
                    if ((long) reply.get(0) == -1) {
                        counters.countDropped(DropReason.FULL, 1);
                        throw new ChannelFullException(channel, (int) (long) reply.get(1));
                    }
                });
    }

    /** Stores a message in Redis until it is due. Completes with the due time, in milliseconds of the Redis clock. */
    public CompletableFuture<Long> toChannelLater(Partition partition, String channel, byte[] payload, Duration delay) {
        List<byte[]> values = List.of(
                DelayedMember.of(payload, settings.codec().serializer().format()),
                bytes(delay.toMillis()),
                bytes(MAX_DELAYED),
                bytes(DELAYED_LIFE_AFTER_DUE.toMillis()));
        return inOrder(partition, QueueScript.DELAY_MESSAGE, List.of(partition.delayed()), payload, values)
                .thenApply(reply -> {
                    long due = (long) reply.get(0);
                    if (due < 0) {
                        throw new ChannelFullException(channel, (int) (long) reply.get(1));
                    }
                    partition.setClock(due - delay.toMillis());
                    return due;
                });
    }

    /**
     * Sends a delayed message, unless another process has sent it.
     *
     * @throws ChannelsException if this process cannot read it
     */
    public CompletableFuture<?> move(Partition partition, byte[] member) {
        byte[] payload = DelayedMember.payload(member);
        WorkFormat format = WorkFormat.of(null, payload, DelayedMember.serializer(member));
        if (format.version() > WorkFormat.VERSION) {
            throw new ChannelsException("delayed message: format %s is not readable".formatted(format));
        }
        String channel = QueueEnvelope.nameOf(payload, settings.codec());
        int mark = channel.indexOf('!');
        if (mark < 0) {
            return toQueue(
                    partition,
                    channel,
                    payload,
                    format.toString(),
                    List.of(partition.queue(channel), partition.delayed()),
                    member);
        }
        String other = channel.substring(0, mark);
        return toProcess(
                partition,
                other,
                channel,
                payload,
                List.of(partition.leases(), partition.inbox(other), partition.delayed()),
                member);
    }

    private CompletableFuture<List<Object>> inOrder(
            Partition partition, QueueScript script, List<String> keys, byte[] payload, List<byte[]> values) {
        byte[][] all = values.toArray(byte[][]::new);
        OrderedRequest request = request(
                partition,
                () -> partition.connection().onceReplicated(settings.replication(), script, keys, all),
                reply -> true);
        return bounded(unansweredBytes, payload, () -> {
            retries.computeIfAbsent(partition, t -> new OrderedRetry(() -> {}, resends))
                    .submit(request);
            return request.reply();
        });
    }

    private OrderedRequest request(
            Partition partition, Supplier<CompletableFuture<List<Object>>> call, Predicate<List<Object>> accepts) {
        return new OrderedRequest(call, accepts, partition.connection(), resends, settings.sendTimeout(), onRetry);
    }

    private CompletableFuture<List<Object>> bounded(
            AtomicLong unanswered, byte[] payload, Supplier<CompletableFuture<List<Object>>> send) {
        long cost = (long) payload.length + OVERHEAD_BYTES;
        long before = unanswered.getAndAdd(cost);
        if (before > 0 && before + cost > settings.maxUnansweredBytes()) {
            unanswered.addAndGet(-cost);
            counters.countFailed();
            return CompletableFuture.failedFuture(new ConnectionLostException(
                    "%d bytes of messages are unsent or unanswered already".formatted(before)));
        }
        return send.get().whenComplete((reply, failure) -> {
            unanswered.addAndGet(-cost);
            if (failure == null) {
                counters.countSent();
            } else {
                counters.countFailed();
                onFailure.run();
            }
        });
    }

    /** Adds a work queue to a group. */
    public CompletableFuture<?> addQueue(String group, String channel) {
        Partition partition = partitions.apply(group);
        byte[] name = settings.codec().seal().seal(bytes(channel), QUEUE_NAME, group);
        List<byte[]> values = List.of(
                member(channel),
                name,
                Partition.newGroupVersion(),
                bytes(settings.limits().groupExpiry().toMillis()));
        return inOrder(partition, QueueScript.ADD_QUEUE_TO_GROUP, List.of(partition.group(group)), name, values);
    }

    /** Removes a work queue from a group. */
    public CompletableFuture<?> removeQueue(String group, String channel) {
        Partition partition = partitions.apply(group);
        List<byte[]> values = List.of(Partition.newGroupVersion(), member(channel));
        return inOrder(
                partition, QueueScript.REMOVE_FROM_GROUPS, List.of(partition.group(group)), values.get(1), values);
    }

    private byte[] member(String channel) {
        return bytes("q" + settings.keys().shown(channel));
    }
}
