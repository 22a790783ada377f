package io.channels4j.redis.queue;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.redis.connection.ControlThread;
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
 * Sends the delayed messages of tags when they are due. They wait in Redis, so that they outlive whoever sent them;
 * every process that knows of one looks when it is due, and one of them gets it.
 *
 * <p>Changed on the loop.
 */
final class Delayed {

    /** What precedes the payload of a waiting message, so that two equal ones are two. */
    static final int ID_BYTES = 16;

    private static final int BATCH = 64;
    private static final Duration RETRY = Duration.ofMillis(500);

    private final ControlThread loop;
    private final Mover mover;
    private final Map<Tag, Timer> timers = new HashMap<>();

    /** Moves one waiting message to where it belongs. */
    interface Mover {

        CompletableFuture<?> move(Tag tag, byte[] member, byte[] payload);
    }

    private record Timer(long due, ControlThread.Cancellable task) {}

    Delayed(ControlThread loop, Mover mover) {
        this.loop = loop;
        this.mover = mover;
    }

    /** Makes what waits of a payload. */
    static byte[] member(byte[] payload) {
        byte[] id = new byte[ID_BYTES];
        ThreadLocalRandom.current().nextBytes(id);
        byte[] member = Arrays.copyOf(id, ID_BYTES + payload.length);
        System.arraycopy(payload, 0, member, ID_BYTES, payload.length);
        return member;
    }

    /** Notes that a message is due at a time of Redis' clock; -1 for none. */
    void due(Tag tag, long due) {
        Timer timer = timers.get(tag);
        if (due < 0 || timer != null && timer.due() <= due) {
            return;
        }
        if (timer != null) {
            timer.task().cancel();
        }
        Duration wait = Duration.ofMillis(Math.max(0, due - tag.clock()) + 1);
        timers.put(tag, new Timer(due, loop.schedule(wait, () -> look(tag))));
    }

    private void look(Tag tag) {
        timers.remove(tag);
        var unused = tag.link
                .send(to -> to.zrangeWithScores(bytes(tag.delayed()), 0, BATCH - 1))
                .whenComplete((waiting, failure) -> loop.execute(() -> {
                    if (waiting == null) {
                        due(tag, tag.clock() + RETRY.toMillis());
                    } else {
                        move(tag, waiting);
                    }
                }));
    }

    private void move(Tag tag, List<ScoredValue<byte[]>> waiting) {
        long now = tag.clock();
        List<CompletableFuture<?>> moves = new ArrayList<>();
        long next = -1;
        for (ScoredValue<byte[]> one : waiting) {
            if (one.getScore() > now) {
                next = (long) one.getScore();
                break;
            }
            byte[] member = one.getValue();
            moves.add(mover.move(tag, member, Arrays.copyOfRange(member, ID_BYTES, member.length)));
        }
        if (moves.isEmpty()) {
            due(tag, next);
        } else {
            var unused = CompletableFuture.allOf(moves.toArray(CompletableFuture<?>[]::new))
                    .whenComplete((nothing, failure) -> loop.execute(
                            () -> due(tag, failure == null ? tag.clock() : tag.clock() + RETRY.toMillis())));
        }
    }
}
