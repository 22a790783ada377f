package io.channels4j.redis.queue;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import io.lettuce.core.Consumer;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XGroupCreateArgs;
import io.lettuce.core.XPendingArgs;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XReadArgs.StreamOffset;
import io.lettuce.core.models.stream.PendingMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the work queues of one tag for which somebody here waits, over a connection of its own that waits in Redis. It
 * takes no more messages than there are takers; each is taken out of the queue when it is done with, and goes to
 * another process when this one dies before.
 *
 * <p>Changed on the loop.
 */
final class WorkReader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final byte[] GROUP = bytes("w");
    private static final byte[] DELIVERED = bytes(1);
    private static final byte[] NOT_DELIVERED = bytes(0);
    private static final int MOST = 256;
    private static final int MOST_PER_CALL = 500;
    private static final Duration RETRY = Duration.ofMillis(200);

    /** How long a message that its taker gave up on waits for another one here. */
    private static final Duration UNTAKEN = Duration.ofSeconds(1);

    private final Tag tag;
    private final Parts parts;
    private final ControlThread loop;
    private final CommandConnection link;
    private final Map<String, WorkQueue> queues = new HashMap<>();
    private final Set<String> created = new HashSet<>();
    private Set<String> reading = Set.of();
    private boolean waking;
    private boolean finishing;
    private boolean closed;

    /** What a reader works with. */
    interface Parts {

        String process();

        ControlThread loop();

        /** How long to wait in Redis at most. */
        Duration longestWait();

        /** How long a queue lives after it was last used. */
        Duration life();

        /** Reads a message, or counts and reports that it is none. */
        @Nullable
        Envelope read(byte[] payload);

        /** Tells whether a message was unread for too long, and counts it. */
        boolean expired(Tag tag, String id);
    }

    WorkReader(Tag tag, Parts parts, CommandConnectionFactory links) {
        this.tag = tag;
        this.parts = parts;
        this.loop = parts.loop();
        this.link = links.to(tag.host, new CommandConnection.Watcher() {
            @Override
            public void up() {
                created.clear();
                read();
            }

            @Override
            public void down(Throwable why) {}
        });
        link.open();
    }

    /** Lets somebody wait for a message. */
    void take(String channel, WorkQueue.Taker taker) {
        WorkQueue queue = queues.computeIfAbsent(channel, name -> new WorkQueue(name, tag.queue(name)));
        if (queue.add(taker) == null) {
            read();
        }
    }

    private void read() {
        if (closed || !link.isUp()) {
            return;
        }
        List<WorkQueue> wanted =
                queues.values().stream().filter(queue -> queue.wanted() > 0).toList();
        if (wanted.isEmpty()) {
            return;
        }
        if (!reading.isEmpty()) {
            wakeFor(wanted);
            return;
        }
        reading = new HashSet<>();
        queues.values().stream().filter(queue -> queue.unsure).forEach(this::recover);
        create(tag.wake());
        for (WorkQueue queue : wanted) {
            reading.add(queue.key);
            create(queue.key);
        }
        ask(wanted);
    }

    private void ask(List<WorkQueue> wanted) {
        int count = wanted.stream().mapToInt(WorkQueue::wanted).min().orElse(1);
        List<StreamOffset<byte[]>> streams = new ArrayList<>();
        streams.add(StreamOffset.lastConsumed(bytes(tag.wake())));
        wanted.forEach(queue -> streams.add(StreamOffset.lastConsumed(bytes(queue.key))));
        XReadArgs args = XReadArgs.Builder.block(parts.longestWait()).count(Math.min(count, MOST));
        var unused = link.send(
                        to -> to.xreadgroup(Consumer.from(GROUP, bytes(parts.process())), args, offsets(streams)))
                .whenComplete((messages, failure) -> loop.execute(() -> answered(wanted, messages, failure)));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private static StreamOffset<byte[]>[] offsets(List<StreamOffset<byte[]>> streams) {
        return streams.toArray(new StreamOffset[0]);
    }

    /** Lets the connection come back early when it does not wait for all that is wanted now. */
    private void wakeFor(List<WorkQueue> wanted) {
        boolean all = wanted.stream().allMatch(queue -> reading.contains(queue.key));
        if (!all && !waking) {
            waking = true;
            var unused = tag.link.send(to -> to.xadd(bytes(tag.wake()), new Object[] {bytes("m"), bytes("")}));
        }
    }

    /** Makes a queue that can be read from if there is none; Redis answers this before it answers the read. */
    private void create(String key) {
        if (created.add(key)) {
            XGroupCreateArgs args = XGroupCreateArgs.Builder.mkstream();
            var unused = link.send(to -> to.xgroupCreate(StreamOffset.from(bytes(key), "0-0"), GROUP, args));
            var unusedToo = link.send(to -> to.pexpire(bytes(key), parts.life()));
        }
    }

    private void answered(
            List<WorkQueue> wanted,
            @Nullable List<StreamMessage<byte[], byte[]>> messages,
            @Nullable Throwable failure) {
        reading = Set.of();
        waking = false;
        if (messages == null) {
            failed(wanted, failure);
            return;
        }
        for (StreamMessage<byte[], byte[]> message : messages) {
            WorkQueue queue = wanted.stream()
                    .filter(one -> Arrays.equals(bytes(one.key), message.getStream()))
                    .findAny()
                    .orElse(null);
            if (queue == null) {
                var unused = tag.link.run(Script.DONE, List.of(tag.wake()), bytes(message.getId()));
            } else {
                arrived(queue, message);
            }
        }
        flush();
        read();
    }

    private void failed(List<WorkQueue> wanted, @Nullable Throwable failure) {
        created.clear(); // a queue that nobody used for long is gone
        if (failure != null && CommandConnection.answers(failure, "NOGROUP")) {
            loop.execute(this::read);
            return;
        }
        wanted.forEach(queue -> queue.unsure = true);
        if (failure instanceof RedisCommandTimeoutException) {
            link.reset(failure);
        } else {
            loop.schedule(RETRY, this::read);
        }
    }

    /** Gives back what Redis gave this process in an answer that was lost. */
    private void recover(WorkQueue queue) {
        queue.unsure = false;
        XPendingArgs<byte[]> own = XPendingArgs.Builder.xpending(
                Consumer.from(GROUP, bytes(parts.process())), Range.unbounded(), Limit.from(MOST));
        var unused = link.send(to -> to.xpending(bytes(queue.key), own))
                .whenComplete((pending, failure) -> loop.execute(() -> {
                    if (pending == null) {
                        queue.unsure = failure != null && !CommandConnection.answers(failure, "NOGROUP");
                        return;
                    }
                    pending.stream()
                            .map(PendingMessage::getId)
                            .filter(id -> !queue.has(id))
                            .forEach(queue.untouched::add);
                    flush();
                }));
    }

    private void arrived(WorkQueue queue, StreamMessage<byte[], byte[]> message) {
        String id = message.getId();
        Envelope envelope = parts.expired(tag, id) ? null : parts.read(InboxReader.payload(message));
        if (envelope == null || envelope.message() == null) {
            queue.finished.add(id);
            return;
        }
        WorkItem item = new WorkItem(this, queue, id, envelope.message(), deliveries(message));
        if (!queue.arrived(item)) {
            loop.schedule(UNTAKEN, () -> {
                if (queue.untake(item)) {
                    flush();
                }
            });
        }
    }

    private static int deliveries(StreamMessage<byte[], byte[]> message) {
        List<byte[]> values = List.copyOf(message.getBody().values());
        return values.size() < 2 ? 0 : Integer.parseInt(new String(values.get(1), StandardCharsets.US_ASCII));
    }

    /** Notes what became of an item; from any thread. */
    void finish(WorkItem item, boolean done) {
        loop.execute(() -> {
            if (item.queue.finish(item.id)) {
                (done ? item.queue.finished : item.queue.returned).add(item.id);
                if (!finishing) {
                    finishing = true;
                    loop.execute(this::flush);
                }
            }
        });
    }

    /** Tells Redis what is done and what is given back. */
    private void flush() {
        finishing = false;
        for (WorkQueue queue : List.copyOf(queues.values())) {
            tell(queue, Script.DONE, queue.finished, List.of());
            tell(queue, Script.BACK, queue.returned, List.of(DELIVERED));
            tell(queue, Script.BACK, queue.untouched, List.of(NOT_DELIVERED));
            if (queue.isIdle()) {
                queues.remove(queue.channel);
                created.remove(queue.key);
            }
        }
    }

    private void tell(WorkQueue queue, Script script, List<String> ids, List<byte[]> first) {
        if (ids.isEmpty() || !tag.link.isUp()) {
            return; // they are told when Redis is there again
        }
        List<String> told = List.copyOf(ids.subList(0, Math.min(ids.size(), MOST_PER_CALL)));
        ids.subList(0, told.size()).clear();
        queue.onTheWay.addAll(told);
        byte[][] values = Stream.concat(first.stream(), told.stream().map(CommandConnection::bytes))
                .toArray(byte[][]::new);
        var unused = tag.link
                .run(script, List.of(queue.key), values)
                .whenComplete((reply, failure) -> loop.execute(() -> {
                    told.forEach(queue.onTheWay::remove);
                    if (failure != null) {
                        ids.addAll(told);
                        LOG.debug("work queue {}: {} ids are told again later", queue.channel, told.size(), failure);
                    }
                }));
        if (!ids.isEmpty()) {
            tell(queue, script, ids, first);
        }
    }

    /** Takes over what dead processes left in the queues that are read here, and keeps the queues alive. */
    void maintain() {
        flush();
        for (WorkQueue queue : queues.values()) {
            var unused = tag.link
                    .run(
                            Script.REAP,
                            List.of(queue.key, tag.leases()),
                            bytes(parts.life().toMillis()))
                    .whenComplete((reply, failure) -> {
                        if (reply != null && (long) reply.get(0) > 0) {
                            LOG.warn(
                                    "work queue {}: {} messages of a process that died are given to others",
                                    queue.channel,
                                    reply.get(0));
                        }
                    });
        }
    }

    /** Gives back all that is not done; completes when Redis knows. */
    CompletableFuture<?> giveBackAll() {
        flush();
        List<CompletableFuture<?>> replies = new ArrayList<>();
        for (WorkQueue queue : queues.values()) {
            queue.returnAll();
            replies.add(giveBack(queue, DELIVERED, queue.returned));
            replies.add(giveBack(queue, NOT_DELIVERED, queue.untouched));
            byte[] key = bytes(queue.key);
            Consumer<byte[]> self = Consumer.from(GROUP, bytes(parts.process()));
            replies.add(tag.link.send(to -> to.xgroupDelconsumer(key, self)));
        }
        return CompletableFuture.allOf(replies.toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<?> giveBack(WorkQueue queue, byte[] delivered, List<String> ids) {
        if (ids.isEmpty()) {
            return Stages.done();
        }
        byte[][] values = Stream.concat(Stream.of(delivered), ids.stream().map(CommandConnection::bytes))
                .toArray(byte[][]::new);
        return tag.link.run(Script.BACK, List.of(queue.key), values);
    }

    /** Ends those who wait. */
    void refuseAll(RuntimeException why) {
        for (WorkQueue queue : queues.values()) {
            queue.refuse(taker -> {
                if (taker instanceof FutureTaker<?> waiting) {
                    waiting.refuse(why);
                }
                return true;
            });
        }
    }

    /** Completes when the connection is closed. */
    CompletableFuture<?> ended() {
        return link.ended();
    }

    @Override
    public void close() {
        closed = true;
        link.close();
    }
}
