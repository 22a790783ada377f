package io.channels4j.redis.queue.send;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.ChannelsException;
import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.queue.store.DeadLetterLimits;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.QueueCounters;
import io.channels4j.redis.queue.store.QueueScript;
import io.channels4j.redis.wire.WorkFormat;
import io.lettuce.core.ScoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves delayed messages to their destination when they are due. The messages are stored in Redis and outlive their sender. Several
 * processes may try to move the same message. A script ensures that only one of them succeeds. A message that no process has been able to
 * read for some time becomes a dead letter.
 *
 * <p><b>Threads.</b> Confined to the control thread.
 */
public final class DelayedMessages {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");
    private static final int BATCH = 64;
    private static final Duration RETRY = Duration.ofMillis(500);

    private final ControlThread thread;
    private final Mover mover;
    private final DeadLetterLimits deadLetters;
    private final QueueCounters counters;
    private final Map<Partition, Timer> timers = new HashMap<>();

    /** The number of due messages that this process cannot read. The next read returns that many more messages. */
    private final Map<Partition, Integer> unreadableAtStart = new HashMap<>();

    private boolean unreadableLogged;

    /** Moves one message to its destination. */
    public interface Mover {

        /**
         * Moves a message.
         *
         * @param member the stored form of the message
         * @throws ChannelsException if this process cannot read the message
         */
        CompletableFuture<?> move(Partition partition, byte[] member);
    }

    private record Timer(long due, ControlThread.Cancellable task) {}

    public DelayedMessages(ControlThread thread, Mover mover, DeadLetterLimits deadLetters, QueueCounters counters) {
        this.thread = thread;
        this.mover = mover;
        this.deadLetters = deadLetters;
        this.counters = counters;
    }

    /** Schedules a check of a partition at the given time, in milliseconds of the Redis clock. Has no effect if the time is -1. */
    public void schedule(Partition partition, long due) {
        Timer timer = timers.get(partition);
        if (due < 0 || timer != null && timer.due() <= due) {
            return;
        }
        if (timer != null) {
            timer.task().cancel();
        }
        Duration wait = Duration.ofMillis(Math.max(0, due - partition.clock()) + 1);
        timers.put(partition, new Timer(due, thread.schedule(wait, () -> moveDue(partition))));
    }

    private void moveDue(Partition partition) {
        timers.remove(partition);
        int last = BATCH - 1 + unreadableAtStart.getOrDefault(partition, 0);
        Stages.ignore(partition
                .connection()
                .send(to -> to.zrangeWithScores(bytes(partition.delayed()), 0, last))
                .whenComplete((stored, failure) -> thread.execute(() -> {
                    if (stored == null) {
                        schedule(partition, partition.clock() + RETRY.toMillis());
                    } else {
                        moveDue(partition, stored);
                    }
                })));
    }

    private void moveDue(Partition partition, List<ScoredValue<byte[]>> stored) {
        long now = partition.clock();
        List<CompletableFuture<?>> moves = new ArrayList<>();
        int unreadable = 0;
        long next = -1;
        for (ScoredValue<byte[]> value : stored) {
            if (value.getScore() > now) {
                next = (long) value.getScore();
                break;
            }
            CompletableFuture<?> move = move(partition, value.getValue());
            if (move == null) {
                unreadable++;
                if (now - value.getScore() >= deadLetters.age().toMillis()) {
                    bury(partition, value.getValue());
                }
            } else {
                moves.add(move);
            }
        }
        unreadableAtStart.put(partition, unreadable);
        if (moves.isEmpty()) {
            boolean more = unreadable == stored.size() && unreadable > 0;
            schedule(partition, next < 0 && more ? now + RETRY.toMillis() : next);
            return;
        }
        Stages.ignore(CompletableFuture.allOf(moves.toArray(CompletableFuture<?>[]::new))
                .whenComplete((nothing, failure) -> thread.execute(() -> schedule(
                        partition, failure == null ? partition.clock() : partition.clock() + RETRY.toMillis()))));
    }

    /** Moves a message to the dead letters, unless another process has moved it. */
    private void bury(Partition partition, byte[] member) {
        byte[] payload = DelayedMember.payload(member);
        WorkFormat format = WorkFormat.of(null, payload, DelayedMember.serializer(member));
        Stages.ignore(partition
                .connection()
                .run(
                        QueueScript.BURY_DELAYED_MESSAGE,
                        List.of(partition.delayed(), partition.deadLetters(), partition.deadLetterBytes()),
                        member,
                        payload,
                        bytes(format.toString()),
                        bytes(deadLetters.maxMessages()),
                        bytes(deadLetters.maxBytes()))
                .thenAccept(reply -> buried(format, (long) reply.get(0), (long) reply.get(1))));
    }

    private void buried(WorkFormat format, long messages, long removed) {
        counters.countRemovedDeadLetters(removed);
        if (messages > 0) {
            counters.countDeadLetters(messages);
            LOG.warn("delayed messages: one became a dead letter (unreadable format: {})", format);
        }
    }

    /** Moves a message. Returns null if this process cannot read it; the message is then left to other processes. */
    private @Nullable CompletableFuture<?> move(Partition partition, byte[] member) {
        try {
            return mover.move(partition, member);
        } catch (RuntimeException e) {
            if (!unreadableLogged) {
                unreadableLogged = true;
                LOG.warn(
                        "delayed messages: one waits for a process that can read it ({}); more are not logged",
                        e.getMessage());
            }
            return null;
        }
    }
}
