package io.channels4j.redis.queue.send;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.queue.store.Partition;
import io.lettuce.core.ScoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Moves delayed messages to their destination when they are due. The messages are stored in Redis and outlive their sender. Several
 * processes may try to move a message when it is due; a script ensures that only one of them succeeds.
 *
 * <p><b>Threads.</b> Confined to the control thread.
 */
public final class DelayedMessages {

    private static final int ID_BYTES = 16;
    private static final int BATCH = 64;
    private static final Duration RETRY = Duration.ofMillis(500);

    private final ControlThread thread;
    private final Mover mover;
    private final Map<Partition, Timer> timers = new HashMap<>();

    /** Moves one message to its destination. */
    public interface Mover {

        /** Moves a message; {@code member} is the stored form of {@code payload}. */
        CompletableFuture<?> move(Partition partition, byte[] member, byte[] payload);
    }

    private record Timer(long due, ControlThread.Cancellable task) {}

    public DelayedMessages(ControlThread thread, Mover mover) {
        this.thread = thread;
        this.mover = mover;
    }

    /** Returns the stored form of a payload: the payload preceded by a random id, so that equal messages are stored separately. */
    static byte[] member(byte[] payload) {
        byte[] id = new byte[ID_BYTES];
        ThreadLocalRandom.current().nextBytes(id);
        byte[] member = Arrays.copyOf(id, ID_BYTES + payload.length);
        System.arraycopy(payload, 0, member, ID_BYTES, payload.length);
        return member;
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
        Stages.ignore(partition
                .connection()
                .send(to -> to.zrangeWithScores(bytes(partition.delayed()), 0, BATCH - 1))
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
        long next = -1;
        for (ScoredValue<byte[]> value : stored) {
            if (value.getScore() > now) {
                next = (long) value.getScore();
                break;
            }
            byte[] member = value.getValue();
            moves.add(mover.move(partition, member, Arrays.copyOfRange(member, ID_BYTES, member.length)));
        }
        if (moves.isEmpty()) {
            schedule(partition, next);
            return;
        }
        Stages.ignore(CompletableFuture.allOf(moves.toArray(CompletableFuture<?>[]::new))
                .whenComplete((nothing, failure) -> thread.execute(() -> schedule(
                        partition, failure == null ? partition.clock() : partition.clock() + RETRY.toMillis()))));
    }
}
