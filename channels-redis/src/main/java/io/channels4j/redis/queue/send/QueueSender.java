package io.channels4j.redis.queue.send;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.QueueCounters;
import io.channels4j.redis.queue.store.QueueEnvelope;
import io.channels4j.redis.queue.store.QueueScript;
import io.channels4j.redis.queue.store.QueueSettings;
import io.channels4j.redis.wire.WorkFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages to groups, processes and work queues, immediately or after a delay. Messages without a delay to the same group, process
 * or queue are added in the order of the calls. The total size of unanswered messages is bounded.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class QueueSender {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final int OVERHEAD_BYTES = 256;

    /** The encryption purpose of the names of work queues in groups. */
    private static final String QUEUE_NAME = "queue";

    /** The number of control messages that an inbox accepts in addition to its capacity. */
    private static final int URGENT_MESSAGES = 10_000;

    private static final int MAX_DELAYED = 100_000;
    /** How long delayed messages are kept after the last of them is due. */
    public static final Duration DELAYED_LIFE_AFTER_DUE = Duration.ofDays(1);

    private final QueueSettings settings;
    private final Function<String, Partition> partitions;
    private final Executor resends;
    private final QueueCounters counters;
    private final Runnable onFailure;
    private final Runnable onRetry;
    private final Map<Partition, InboxBatcher> batchers = new ConcurrentHashMap<>();
    private final Map<Partition, InboxBatcher> urgentBatchers = new ConcurrentHashMap<>();
    private final Map<Partition, OrderedRetry> retries = new ConcurrentHashMap<>();
    private final ConfirmedWork confirmed;
    private final AtomicLong unansweredBytes = new AtomicLong();

    /** The size of the unanswered control messages. It is limited separately, so that application messages cannot use up the limit. */
    private final AtomicLong urgentBytes = new AtomicLong();

    private final AtomicBoolean unreadableNameLogged = new AtomicBoolean();

    /**
     * Creates a sender.
     *
     * @param partitions a function that returns the partition of a name
     * @param resends the executor on which failures are handled and messages are sent again
     * @param onFailure a task that runs after each failed send
     * @param onLost a callback for the number of confirmed messages that a work queue has lost
     */
    public QueueSender(
            QueueSettings settings,
            Function<String, Partition> partitions,
            Executor resends,
            QueueCounters counters,
            Runnable onFailure,
            ObjLongConsumer<String> onLost) {
        this.settings = settings;
        this.partitions = partitions;
        this.resends = resends;
        this.counters = counters;
        this.onRetry = counters::countRetry;
        this.onFailure = onFailure;
        confirmed = new ConfirmedWork(settings.limits().expiry(), onLost);
    }

    /** Sends a message to the other processes and the work queues of a group. */
    public CompletableFuture<Void> toGroup(String group, Message message, Set<String> except) {
        return send(group, message, except, false).thenAccept(outcome -> {});
    }

    /**
     * Sends a control message to the other processes of a group. Completes with the number of processes whose inboxes have the message;
     * exceptionally if an inbox is full.
     */
    public CompletableFuture<Integer> controlToGroup(String group, Message message) {
        return send(group, message, Set.of(), true).thenApply(outcome -> {
            if (outcome.full() > 0) {
                throw new ChannelFullException("inbox of group " + group, settings.inboxCapacity());
            }
            return Math.toIntExact(outcome.added());
        });
    }

    private CompletableFuture<InboxMessage.Outcome> send(
            String group, Message message, Set<String> except, boolean urgent) {
        Partition partition = partitions.apply(group);
        byte[] payload = QueueEnvelope.toGroup(group, message, except).encode(settings.codec());
        InboxMessage request =
                urgent ? InboxMessage.controlToGroup(group, payload) : InboxMessage.toGroup(group, payload);
        return bounded(urgent ? urgentBytes : unansweredBytes, payload, () -> {
                    (urgent ? urgentBatcher(partition) : batcher(partition)).submit(request);
                    return request.outcome();
                })
                .thenApply(outcome -> {
                    counters.countSent();
                    counters.countDropped(DropReason.FULL, outcome.full());
                    toQueuesOf(group, outcome.members().queues(), outcome.now(), message, except);
                    return outcome;
                });
    }

    private InboxBatcher batcher(Partition partition) {
        return batchers.computeIfAbsent(
                partition, key -> new InboxBatcher(key, settings, settings.inboxCapacity(), resends, counters));
    }

    /** Returns the batcher of control messages, which do not wait for application messages. */
    private InboxBatcher urgentBatcher(Partition partition) {
        int capacity = settings.inboxCapacity() + URGENT_MESSAGES;
        return urgentBatchers.computeIfAbsent(
                partition, key -> new InboxBatcher(key, settings, capacity, resends, counters));
    }

    private void toQueuesOf(
            String group, List<GroupMembers.Queue> queues, long now, Message message, Set<String> except) {
        for (GroupMembers.Queue queue : queues) {
            String channel = queue.expiry() > now ? nameOf(queue, group) : null;
            if (channel != null && !except.contains(channel)) {
                Stages.ignore(toQueue(
                        channel, QueueEnvelope.toChannel(channel, message).encode(settings.codec())));
            }
        }
    }

    /** Returns the name of a queue in a group. Returns null and counts a dropped message if the name cannot be decrypted. */
    private @Nullable String nameOf(GroupMembers.Queue queue, String group) {
        try {
            byte[] name = settings.codec().seal().open(queue.sealedName().array(), QUEUE_NAME, group);
            return new String(name, StandardCharsets.UTF_8);
        } catch (ChannelsException e) {
            counters.countDropped(DropReason.UNREADABLE, 1);
            if (!unreadableNameLogged.getAndSet(true)) {
                LOG.warn(
                        "group {}: a message was not sent to one of its work queues, whose name cannot be decrypted"
                                + " ({}); further messages are only counted",
                        group,
                        e.getMessage());
            }
            return null;
        }
    }

    /** Sends a message to one process. Completes with true if the process is alive, and exceptionally if its inbox is full. */
    public CompletableFuture<Boolean> toProcess(String other, String channel, byte[] payload) {
        Partition partition = partitions.apply(other);
        InboxMessage request = InboxMessage.toProcess(other, payload);
        return bounded(unansweredBytes, payload, () -> {
                    batcher(partition).submit(request);
                    return request.outcome();
                })
                .thenApply(outcome -> {
                    boolean added = delivered(channel, outcome.full() > 0, outcome.added() > 0);
                    if (added) {
                        counters.countSent();
                    }
                    return added;
                });
    }

    /** Counts a message to one process, and returns true if the process is alive. */
    private boolean delivered(String channel, boolean full, boolean added) {
        if (full) {
            counters.countDropped(DropReason.FULL, 1);
            throw new ChannelFullException(channel, settings.inboxCapacity());
        }
        if (!added) {
            counters.countDropped(DropReason.NO_RECEIVER, 1);
        }
        return added;
    }

    /** Moves a delayed message to the inbox of its process. */
    private CompletableFuture<?> moveToProcess(
            Partition partition, String other, String channel, byte[] payload, byte[] delayed) {
        List<String> keys = List.of(partition.leases(), partition.inbox(other), partition.delayed());
        List<byte[]> values = List.of(
                bytes(other),
                payload,
                bytes(settings.inboxCapacity()),
                bytes(settings.limits().expiry().toMillis()),
                bytes(settings.lease().toMillis()),
                delayed);
        return inOrder(partition, QueueScript.MOVE_TO_PROCESS, keys, payload, values)
                .thenAccept(reply -> {
                    long result = (long) reply.get(0);
                    counters.countDropped(DropReason.EXPIRED, (long) reply.get(1));
                    if (result != -2) { // otherwise another process has moved it
                        delivered(channel, result == -1, result == 1);
                    }
                });
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
                    if ((long) reply.get(0) == 1) {
                        confirmed.confirmed(partition, channel, reply.get(3));
                    } else if ((long) reply.get(0) == -1) {
                        counters.countDropped(DropReason.FULL, 1);
                        throw new ChannelFullException(channel, (int) (long) reply.get(1));
                    }
                    if (delayed.length == 0) { // a delayed message was counted when it was stored
                        counters.countSent();
                    }
                });
    }

    /** Reports the confirmed messages that the work queues of a partition have lost. */
    public void findLostWork(Partition partition) {
        confirmed.check(partition);
    }

    /** Must be called before all keys are removed. */
    public void flushStarted() {
        confirmed.clear();
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
                    counters.countSent();
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
        return moveToProcess(partition, channel.substring(0, mark), channel, payload, member);
    }

    private CompletableFuture<List<Object>> inOrder(
            Partition partition, QueueScript script, List<String> keys, byte[] payload, List<byte[]> values) {
        byte[][] all = values.toArray(byte[][]::new);
        CommandConnection connection = partition.connection();
        OrderedRequest request = new OrderedRequest(
                () -> connection.onceReplicated(settings.replication(), script, keys, all),
                connection,
                resends,
                settings.sendTimeout(),
                onRetry);
        return bounded(unansweredBytes, payload, () -> {
            retries.computeIfAbsent(partition, t -> new OrderedRetry(resends)).submit(request);
            return request.reply();
        });
    }

    private <T> CompletableFuture<T> bounded(
            AtomicLong unanswered, byte[] payload, Supplier<CompletableFuture<T>> send) {
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
            if (failure != null) {
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
