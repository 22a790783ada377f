package io.channels4j.redis.queue.work;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.QueueCounters;
import io.channels4j.redis.queue.store.QueueScript;
import io.channels4j.redis.queue.store.QueueSettings;
import io.channels4j.redis.wire.MessageCodec;
import io.channels4j.redis.wire.WorkFormat;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves work that this process cannot read to other processes. Such work is moved to a separate stream for its format. Only processes
 * that can read the format receive from this stream. If none has received the work after the configured time, it becomes a dead letter.
 *
 * <p><b>Threads.</b> Confined to the control thread.
 */
final class UnreadableWork {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");

    private final Partition partition;
    private final QueueSettings settings;
    private final QueueCounters counters;
    private final ControlThread thread;
    private final Set<WorkFormat.Missing> logged = EnumSet.noneOf(WorkFormat.Missing.class);
    private boolean removalLogged;

    UnreadableWork(Partition partition, QueueSettings settings, QueueCounters counters, ControlThread thread) {
        this.partition = partition;
        this.settings = settings;
        this.counters = counters;
        this.thread = thread;
    }

    /** Moves a message to the stream for its format. If that fails, the message is read again later. */
    void hold(WorkQueue queue, String id, WorkFormat format) {
        counters.countUnreadable();
        log(queue, format);
        String channel = queue.channel();
        List<String> keys = List.of(
                queue.key(),
                partition.heldWork(channel, format.toString()),
                partition.heldFormats(channel),
                partition.deadLetters(),
                partition.deadLetterBytes());
        queue.inFlight().add(id);
        Stages.ignore(partition
                .connection()
                .run(
                        QueueScript.HOLD_WORK,
                        keys,
                        bytes(id),
                        bytes(format.toString()),
                        bytes(settings.limits().capacityOf(channel)),
                        bytes(partition.shown(channel)),
                        bytes(settings.deadLetters().maxMessages()),
                        bytes(settings.deadLetters().maxBytes()))
                .whenComplete((reply, failure) -> thread.execute(() -> {
                    queue.inFlight().remove(id);
                    if (reply == null) {
                        queue.setDeliveryUncertainAfter(WorkQueue.FIRST_ID);
                    } else if ((long) reply.get(0) == 2) {
                        buried(channel, "unreadable", 1, (long) reply.get(1));
                    }
                })));
    }

    private void log(WorkQueue queue, WorkFormat format) {
        MessageCodec codec = settings.codec();
        WorkFormat.Missing missing = format.missing(codec);
        if (missing != null && logged.add(missing)) {
            LOG.warn(
                    "work queue {}: a message waits for a process that can read it, because of its {}: {} (expected:"
                            + " one of {}); more messages of this kind are only counted",
                    queue.channel(),
                    missing.name().toLowerCase(java.util.Locale.ROOT),
                    format,
                    WorkFormat.readableBy(codec));
        }
    }

    /** Moves held work of a channel to the dead letters if it is too old. */
    void buryOld(String channel) {
        Stages.ignore(partition
                .connection()
                .send(to -> to.smembers(bytes(partition.heldFormats(channel))))
                .thenAccept(formats ->
                        formats.forEach(format -> buryOld(channel, new String(format, StandardCharsets.UTF_8)))));
    }

    private void buryOld(String channel, String format) {
        List<String> keys = List.of(
                partition.heldWork(channel, format),
                partition.heldFormats(channel),
                partition.deadLetters(),
                partition.deadLetterBytes());
        CompletableFuture<List<Object>> buried = partition
                .connection()
                .run(
                        QueueScript.BURY_HELD_WORK,
                        keys,
                        bytes(format),
                        bytes(settings.deadLetters().age().toMillis()),
                        bytes(partition.shown(channel)),
                        bytes(settings.deadLetters().maxMessages()),
                        bytes(settings.deadLetters().maxBytes()));
        Stages.ignore(buried.thenAccept(reply ->
                thread.execute(() -> buried(channel, "unreadable", (long) reply.get(0), (long) reply.get(1)))));
    }

    /** Counts and logs new dead letters, and old dead letters that were removed because there were too many. */
    void buried(String channel, String reason, long messages, long removed) {
        if (messages > 0) {
            counters.countDeadLetters(messages);
            LOG.warn("work queue {}: {} messages became dead letters ({})", channel, messages, reason);
        }
        if (removed > 0) {
            counters.countRemovedDeadLetters(removed);
            if (!removalLogged) {
                removalLogged = true;
                LOG.error(
                        "dead letters: the oldest {} were removed (limits: {} messages, {} bytes); further removals"
                                + " are only counted",
                        removed,
                        settings.deadLetters().maxMessages(),
                        settings.deadLetters().maxBytes());
            }
        }
    }
}
