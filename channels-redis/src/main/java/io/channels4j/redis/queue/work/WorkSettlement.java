package io.channels4j.redis.queue.work;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.queue.store.DeadLetterLimits;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.QueueScript;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the outcomes of delivered messages to Redis, in batches. Outcomes that Redis did not confirm are kept and sent again later.
 *
 * <p><b>Threads.</b> Confined to the control thread, except for {@link #settle}.
 */
final class WorkSettlement {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final int MAX_IDS_PER_CALL = 500;

    private final Partition partition;
    private final String process;
    private final ControlThread thread;
    private final DeadLetterLimits limits;
    private final UnreadableWork unreadable;
    private final Runnable flushAll;
    private boolean flushScheduled;

    /** The outcome of a delivered message, with the script that records it. */
    enum Outcome {
        /** The message was handled. */
        ACKNOWLEDGED(QueueScript.ACKNOWLEDGE, List.of()),
        /** A call took the message and returned it. This counts as a delivery. */
        RETURNED(QueueScript.RETURN_TO_QUEUE, List.of(bytes(1))),
        /** No call took the message. */
        NOT_DELIVERED(QueueScript.RETURN_TO_QUEUE, List.of(bytes(0))),
        /** The message could not be handled; it becomes a dead letter. */
        GIVEN_UP(QueueScript.BURY_WORK, List.of(bytes("deliveries"), bytes(1))),
        /** The message could not be decoded; it becomes a dead letter. */
        MALFORMED(QueueScript.BURY_WORK, List.of(bytes("malformed"), bytes(0)));

        private final QueueScript script;

        @SuppressWarnings("ImmutableEnumChecker") // never modified
        private final List<byte[]> arguments;

        Outcome(QueueScript script, List<byte[]> arguments) {
            this.script = script;
            this.arguments = arguments;
        }
    }

    /**
     * Creates a settlement.
     *
     * @param process the name of this process
     * @param flushAll a task that flushes all queues of the reader
     */
    WorkSettlement(
            Partition partition,
            String process,
            ControlThread thread,
            DeadLetterLimits limits,
            UnreadableWork unreadable,
            Runnable flushAll) {
        this.partition = partition;
        this.limits = limits;
        this.unreadable = unreadable;
        this.process = process;
        this.thread = thread;
        this.flushAll = flushAll;
    }

    /** Records an outcome and schedules it to be sent. Has no effect if the item was settled before. */
    void settle(WorkItem item, Outcome outcome) {
        thread.execute(() -> {
            if (item.queue().settle(item.id(), outcome) && !flushScheduled) {
                flushScheduled = true;
                thread.execute(flushAll);
            }
        });
    }

    /** Must be called before all queues are flushed. */
    void flushStarted() {
        flushScheduled = false;
    }

    /** Sends the outcomes of a queue. Without a connection, they wait. */
    void flush(WorkQueue queue) {
        for (Outcome outcome : Outcome.values()) {
            List<String> ids = queue.unsent(outcome);
            while (!ids.isEmpty() && partition.connection().isConnected()) {
                List<String> batch = List.copyOf(ids.subList(0, Math.min(ids.size(), MAX_IDS_PER_CALL)));
                ids.subList(0, batch.size()).clear();
                send(queue, outcome, batch);
            }
        }
    }

    private void send(WorkQueue queue, Outcome outcome, List<String> ids) {
        queue.inFlight().addAll(ids);
        Stages.ignore(call(queue, outcome, ids)
                .whenComplete((reply, failure) -> thread.execute(() -> {
                    ids.forEach(queue.inFlight()::remove);
                    if (failure != null) {
                        queue.unsent(outcome).addAll(ids);
                        LOG.debug(
                                "work queue {}: {} outcomes will be sent again", queue.channel(), ids.size(), failure);
                    }
                })));
    }

    /** Returns all unsettled messages to the queue and stops consuming from it. Completes when Redis has confirmed this. */
    CompletableFuture<?> leave(WorkQueue queue) {
        byte[][] values = Stream.concat(Stream.of(process), queue.takenIds().stream())
                .map(CommandConnection::bytes)
                .toArray(byte[][]::new);
        return partition.connection().run(QueueScript.LEAVE_QUEUE, List.of(queue.key()), values);
    }

    private CompletableFuture<List<Object>> call(WorkQueue queue, Outcome outcome, List<String> ids) {
        boolean buries = outcome.script == QueueScript.BURY_WORK;
        List<byte[]> values = new ArrayList<>(outcome.arguments);
        List<String> keys = new ArrayList<>(List.of(queue.key()));
        if (buries) {
            keys.addAll(List.of(partition.deadLetters(), partition.deadLetterBytes()));
            values.add(0, bytes(partition.shown(queue.channel())));
            values.addAll(2, List.of(bytes(limits.maxMessages()), bytes(limits.maxBytes())));
        }
        ids.forEach(id -> values.add(bytes(id)));
        CompletableFuture<List<Object>> reply =
                partition.connection().run(outcome.script, keys, values.toArray(byte[][]::new));
        return buries ? reply.whenComplete((counts, failure) -> buried(queue, outcome, counts)) : reply;
    }

    private void buried(WorkQueue queue, Outcome outcome, @Nullable List<Object> counts) {
        if (counts != null) {
            String reason = outcome == Outcome.GIVEN_UP ? "too many deliveries" : "malformed";
            thread.execute(
                    () -> unreadable.buried(queue.channel(), reason, (long) counts.get(0), (long) counts.get(1)));
        }
    }
}
