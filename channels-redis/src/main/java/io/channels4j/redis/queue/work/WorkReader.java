package io.channels4j.redis.queue.work;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.QueueCounters;
import io.channels4j.redis.queue.store.QueueScript;
import io.channels4j.redis.queue.store.QueueSettings;
import io.channels4j.redis.queue.store.StreamEntries;
import io.channels4j.redis.wire.WorkFormat;
import io.lettuce.core.Consumer;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives from the work queues of one partition with blocking commands on a dedicated connection. It requests no more messages than
 * there are waiting calls. A message leaves its queue when it is acknowledged. If this process dies first, another process receives the
 * message.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>from</th><th>event</th><th>to</th></tr>
 * <tr><td>{@code IDLE}</td><td>a call waits and the connection is up</td><td>{@code READING}</td></tr>
 * <tr><td>{@code READING}</td><td>a call waits for a queue that is not being read</td><td>{@code WAKING}</td></tr>
 * <tr><td>{@code READING}, {@code WAKING}</td><td>the read completed</td><td>{@code IDLE}</td></tr>
 * <tr><td>{@code IDLE}, {@code READING}, {@code WAKING}</td><td>{@link #shutDown}</td><td>{@code LEAVING}</td></tr>
 * <tr><td>any</td><td>{@link #close}</td><td>{@code CLOSED}</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Confined to the control thread.
 */
public final class WorkReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final byte[] GROUP = bytes("w");
    private static final int MAX_MESSAGES_PER_READ = 256;
    private static final Duration RETRY = Duration.ofMillis(200);

    /** How long a message whose call was withdrawn waits for another call in this process. */
    private static final Duration UNTAKEN_LIMIT = Duration.ofSeconds(1);

    /** How long to wait at a shutdown for the read in flight. */
    private static final Duration READ_END_LIMIT = Duration.ofMillis(500);

    private enum State {
        IDLE,
        /** A read is in flight. */
        READING,
        /** A read is in flight and was asked to return early. */
        WAKING,
        /** No further read is sent; unsettled messages are returned when the read in flight has completed. */
        LEAVING,
        CLOSED
    }

    private final Partition partition;
    private final Settings settings;
    private final ControlThread thread;
    private final Decoder decoder;
    private final CommandConnection connection;
    private final UnreadableWork unreadable;
    private final WorkSettlement settlement;
    private final Map<String, WorkQueue> queues = new HashMap<>();
    private final Set<String> created = new HashSet<>();
    private State state = State.IDLE;
    private Set<String> keysBeingRead = Set.of();

    /** Completes when the read that was in flight at the shutdown has completed. */
    private final CompletableFuture<Void> readEnded = new CompletableFuture<>();

    /**
     * Settings of a reader.
     *
     * @param process the name of this process
     * @param maxBlockingTime how long a read may block in Redis
     * @param queues the settings of the layer
     * @param counters the counters of the layer
     */
    public record Settings(String process, Duration maxBlockingTime, QueueSettings queues, QueueCounters counters) {

        Duration queueLife() {
            return queues.queueLife();
        }
    }

    /** Decodes the entries of work queues. */
    @FunctionalInterface
    public interface Decoder {

        /**
         * Decodes an entry.
         *
         * @param expires whether the entry has expired if it is too old
         */
        DecodedWork decode(String channel, StreamMessage<byte[], byte[]> entry, boolean expires);
    }

    /**
     * Creates a reader and opens its connection.
     *
     * @param decoder the decoder for the entries
     */
    public WorkReader(
            Partition partition,
            Settings settings,
            ControlThread thread,
            Decoder decoder,
            CommandConnectionFactory connections) {
        this.partition = partition;
        this.settings = settings;
        this.thread = thread;
        this.decoder = decoder;
        this.unreadable = new UnreadableWork(partition, settings.queues(), settings.counters(), thread);
        this.settlement = new WorkSettlement(
                partition, settings.process(), thread, settings.queues().deadLetters(), unreadable, this::flush);
        this.connection = connections.to(partition.host(), new CommandConnection.Listener() {
            @Override
            public void connected() {
                created.clear();
                read();
            }

            @Override
            public void disconnected(Throwable cause) {}
        });
        connection.open();
    }

    /** Passes the next message from a channel to a call, which waits until there is one. */
    public void receive(String channel, PendingReceive<?> receive) {
        WorkQueue queue = queues.computeIfAbsent(channel, this::queue);
        if (queue.add(receive) == null) {
            read();
        }
    }

    private WorkQueue queue(String channel) {
        List<String> held = WorkFormat.readableBy(settings.queues().codec()).stream()
                .map(format -> partition.heldWork(channel, format.toString()))
                .toList();
        return new WorkQueue(channel, partition.queue(channel), held);
    }

    private Stream<WorkQueue> all() {
        return queues.values().stream().flatMap(queue -> queue.family().stream());
    }

    private void read() {
        if (state == State.LEAVING || state == State.CLOSED || !connection.isConnected()) {
            return;
        }
        if (state == State.IDLE && readLostDeliveries()) {
            return;
        }
        List<WorkQueue> wanted = all().filter(queue -> queue.demand() > 0).toList();
        if (wanted.isEmpty()) {
            return;
        }
        if (state != State.IDLE) {
            wakeFor(wanted);
            return;
        }
        state = State.READING;
        keysBeingRead = new HashSet<>();
        create(partition.wake());
        for (WorkQueue queue : wanted) {
            keysBeingRead.add(queue.key());
            create(queue);
        }
        request(wanted);
    }

    /** Reads the messages in a lost reply again if there may be any. They precede those that were not delivered. */
    private boolean readLostDeliveries() {
        for (WorkQueue queue : all().toList()) {
            String after = queue.deliveryUncertainAfter();
            if (after != null) {
                state = State.READING;
                readLostDeliveries(queue, after);
                return true;
            }
        }
        return false;
    }

    private void request(List<WorkQueue> wanted) {
        int count = wanted.stream().mapToInt(WorkQueue::demand).min().orElse(1);
        List<StreamOffset<byte[]>> streams = new ArrayList<>();
        streams.add(StreamOffset.lastConsumed(bytes(partition.wake())));
        wanted.forEach(queue -> streams.add(StreamOffset.lastConsumed(bytes(queue.key()))));
        XReadArgs args =
                XReadArgs.Builder.block(settings.maxBlockingTime()).count(Math.min(count, MAX_MESSAGES_PER_READ));
        Stages.ignore(connection
                .send(to -> to.xreadgroup(self(), args, array(streams)))
                .whenComplete((messages, failure) -> thread.execute(() -> readCompleted(wanted, messages, failure))));
    }

    private Consumer<byte[]> self() {
        return Consumer.from(GROUP, bytes(settings.process()));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private static StreamOffset<byte[]>[] array(List<StreamOffset<byte[]>> streams) {
        return streams.toArray(new StreamOffset[0]);
    }

    /** Makes the read in flight return early if it does not cover all wanted queues. */
    private void wakeFor(List<WorkQueue> wanted) {
        boolean covered = wanted.stream().allMatch(queue -> keysBeingRead.contains(queue.key()));
        if (!covered && state == State.READING) {
            state = State.WAKING;
            wake();
        }
    }

    private void wake() {
        Stages.ignore(partition
                .connection()
                .send(to -> to.xadd(bytes(partition.wake()), new Object[] {bytes("m"), bytes("")})));
    }

    /** Creates a stream and its consumer group unless they exist. Redis executes this before the read that follows. */
    private void create(String key) {
        if (created.add(key)) {
            XGroupCreateArgs args = XGroupCreateArgs.Builder.mkstream();
            Stages.ignore(connection.send(
                    to -> to.xgroupCreate(StreamOffset.from(bytes(key), WorkQueue.FIRST_ID), GROUP, args)));
            var unusedToo = connection.send(to -> to.pexpire(bytes(key), settings.queueLife()));
        }
    }

    private void create(WorkQueue queue) {
        if (!queue.isHeld()) {
            create(queue.key());
        } else if (created.add(queue.key())) {
            byte[] life = bytes(settings.queueLife().toMillis());
            Stages.ignore(connection.run(QueueScript.OPEN_HELD_WORK, List.of(queue.key()), life));
        }
    }

    private void readCompleted(
            List<WorkQueue> wanted,
            @Nullable List<StreamMessage<byte[], byte[]>> messages,
            @Nullable Throwable failure) {
        if (endRead()) {
            return;
        }
        if (messages == null) {
            readFailed(wanted, failure);
            return;
        }
        for (StreamMessage<byte[], byte[]> message : messages) {
            WorkQueue queue = wanted.stream()
                    .filter(one -> Arrays.equals(bytes(one.key()), message.getStream()))
                    .findAny()
                    .orElse(null);
            if (queue == null) {
                Stages.ignore(partition
                        .connection()
                        .run(QueueScript.ACKNOWLEDGE, List.of(partition.wake()), bytes(message.getId())));
            } else {
                deliver(queue, message);
            }
        }
        flush();
        read();
    }

    /** Records that no read is in flight. Returns true if the reader has been shut down. */
    private boolean endRead() {
        keysBeingRead = Set.of();
        if (state == State.LEAVING || state == State.CLOSED) {
            readEnded.complete(Stages.NOTHING); // messages in this reply are returned with all others
            return true;
        }
        state = State.IDLE;
        return false;
    }

    private void readFailed(List<WorkQueue> wanted, @Nullable Throwable failure) {
        created.clear(); // an unused queue may have expired
        if (failure != null && RedisFailures.answers(failure, "NOGROUP")) {
            thread.execute(this::read);
            return;
        }
        wanted.forEach(queue -> queue.setDeliveryUncertainAfter(WorkQueue.FIRST_ID));
        if (failure instanceof RedisCommandTimeoutException) {
            connection.reset(failure);
        } else {
            thread.schedule(RETRY, this::read);
        }
    }

    /** Reads the messages in a lost reply again. Redis regards them as delivered, but this process has not received them. */
    private void readLostDeliveries(WorkQueue queue, String after) {
        // taken before the read: an outcome may be confirmed while the read is in flight
        Set<String> known = queue.knownIds();
        XReadArgs args = XReadArgs.Builder.count(MAX_MESSAGES_PER_READ);
        List<StreamOffset<byte[]>> own = List.of(StreamOffset.from(bytes(queue.key()), after));
        Stages.ignore(connection
                .send(to -> to.xreadgroup(self(), args, array(own)))
                .whenComplete((messages, failure) ->
                        thread.execute(() -> lostDeliveriesRead(queue, known, messages, failure))));
    }

    private void lostDeliveriesRead(
            WorkQueue queue,
            Set<String> known,
            @Nullable List<StreamMessage<byte[], byte[]>> messages,
            @Nullable Throwable failure) {
        if (endRead()) {
            return;
        }
        boolean missing = failure != null && RedisFailures.answers(failure, "NOGROUP");
        if (messages == null && !missing) {
            readFailed(List.of(queue), failure);
            return;
        }
        List<StreamMessage<byte[], byte[]>> own = messages == null ? List.of() : messages;
        boolean more = own.size() == MAX_MESSAGES_PER_READ;
        queue.setDeliveryUncertainAfter(more ? own.get(own.size() - 1).getId() : null);
        own.stream().filter(message -> !known.contains(message.getId())).forEach(message -> deliver(queue, message));
        flush();
        read();
    }

    private void deliver(WorkQueue queue, StreamMessage<byte[], byte[]> entry) {
        String id = entry.getId();
        DecodedWork decoded = decoder.decode(queue.channel(), entry, !queue.isHeld());
        Message message = decoded.message();
        if (message == null) {
            switch (decoded.outcome()) {
                case UNREADABLE -> unreadable.hold(queue, id, decoded.format());
                case MALFORMED -> queue.unsent(WorkSettlement.Outcome.MALFORMED).add(id);
                default -> queue.unsent(WorkSettlement.Outcome.ACKNOWLEDGED).add(id);
            }
            return;
        }
        WorkItem item = new WorkItem(settlement, queue, id, message, StreamEntries.earlierDeliveries(entry));
        if (!queue.deliver(item)) {
            thread.schedule(UNTAKEN_LIMIT, () -> {
                if (queue.returnIfUntaken(item)) {
                    flush();
                }
            });
        }
    }

    private void flush() {
        settlement.flushStarted();
        for (WorkQueue queue : List.copyOf(queues.values())) {
            queue.family().forEach(settlement::flush);
            if (queue.isFamilyIdle()) {
                queues.remove(queue.channel());
                queue.family().forEach(one -> created.remove(one.key()));
            }
        }
    }

    /**
     * Sends outstanding outcomes, and prevents the queues from expiring. Returns the unacknowledged messages of dead processes to their
     * queues, and moves old unreadable work to the dead letters.
     */
    public void maintain() {
        flush();
        queues.keySet().forEach(unreadable::buryOld);
        for (WorkQueue queue : all().toList()) {
            Stages.ignore(partition
                    .connection()
                    .run(
                            QueueScript.RETURN_WORK_OF_DEAD_PROCESSES,
                            List.of(queue.key(), partition.leases()),
                            bytes(settings.queueLife().toMillis()),
                            bytes(queue.isHeld() ? 1 : 0))
                    .whenComplete((reply, failure) -> {
                        if (reply != null && (long) reply.get(0) > 0) {
                            LOG.warn(
                                    "work queue {}: {} messages of a dead process were returned to the queue",
                                    queue.channel(),
                                    reply.get(0));
                        }
                    }));
        }
    }

    /**
     * Fails the waiting calls and returns unsettled messages to their queues. Completes when Redis has confirmed this. First ends the
     * read in flight, which could otherwise receive the returned messages.
     */
    public CompletableFuture<?> shutDown(RuntimeException cause) {
        List<WorkQueue> own = all().toList();
        own.forEach(queue -> queue.failReceives(cause));
        flush();
        State before = state;
        state = State.LEAVING;
        if (before == State.READING) {
            wake();
        }
        if (before == State.IDLE) {
            readEnded.complete(Stages.NOTHING);
        }
        return readEnded
                .completeOnTimeout(Stages.NOTHING, READ_END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)
                .thenComposeAsync(nothing -> leave(own), thread::execute);
    }

    private CompletableFuture<?> leave(List<WorkQueue> own) {
        if (state == State.CLOSED) {
            return Stages.done();
        }
        connection.close(); // if the read has not ended, Redis ends it now
        return CompletableFuture.allOf(own.stream().map(settlement::leave).toArray(CompletableFuture<?>[]::new));
    }

    /** Completes when the connection is closed. */
    public CompletableFuture<?> ended() {
        return connection.whenClosed();
    }

    @Override
    public void close() {
        state = State.CLOSED;
        connection.close();
    }
}
