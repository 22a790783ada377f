package io.channels4j.redis;

import io.channels4j.CheckReturnValue;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.queue.DeadLetterStore;
import io.channels4j.redis.queue.DeadLetterStore.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The messages of work queues that no worker could handle; see {@link DeadLetter.Reason}. They stay in Redis until they are requeued,
 * deleted, or removed because there are too many. {@link RedisChannelLayer.Builder#deadLetters(Duration, int, long)} limits their number
 * and size.
 *
 * <p><b>Failure.</b> A stage fails with {@link io.channels4j.layer.LayerUnavailableException} if Redis is unavailable.
 *
 * <p><b>Threads.</b> Thread-safe; no method blocks.
 */
public final class DeadLetters {

    private final DeadLetterStore store;

    DeadLetters(DeadLetterStore store) {
        this.store = store;
    }

    /**
     * Returns the oldest dead letters of all work queues.
     *
     * @param max the maximum number, at least 1
     * @return a stage with the dead letters, oldest first within each host or partition
     */
    @CheckReturnValue
    public CompletionStage<List<DeadLetter>> read(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("dead letters: %d (expected: 1 or more)".formatted(max));
        }
        return described(store.read(max), "nothing was changed")
                .thenApply(all -> all.stream().map(DeadLetters::letter).toList());
    }

    /**
     * Returns a dead letter to the end of its work queue, even if the queue is full. The deliveries are counted from zero again. A delayed
     * message is due immediately.
     *
     * @param letter the dead letter
     * @return a stage with true, or false if the dead letter no longer exists
     */
    @CheckReturnValue
    public CompletionStage<Boolean> requeue(DeadLetter letter) {
        return described(store.requeue(letter.id()), "the message may be in its queue");
    }

    /**
     * Deletes a dead letter.
     *
     * @param letter the dead letter
     * @return a stage with true, or false if the dead letter no longer exists
     */
    @CheckReturnValue
    public CompletionStage<Boolean> delete(DeadLetter letter) {
        return described(store.delete(letter.id()), "the dead letter may be deleted");
    }

    private static <T> CompletionStage<T> described(CompletableFuture<T> stage, String effect) {
        return stage.exceptionallyCompose(
                failure -> CompletableFuture.failedFuture(RedisFailures.unavailable("dead letters", effect, failure)));
    }

    private static DeadLetter letter(Stored stored) {
        return new DeadLetter(
                stored.id(),
                reason(stored.reason()),
                Instant.ofEpochMilli(stored.millis()),
                Optional.ofNullable(stored.channel()),
                Optional.ofNullable(stored.message()),
                stored.deliveries(),
                stored.format());
    }

    private static DeadLetter.Reason reason(String text) {
        for (DeadLetter.Reason reason : DeadLetter.Reason.values()) {
            if (reason.name().toLowerCase(Locale.ROOT).equals(text)) {
                return reason;
            }
        }
        return DeadLetter.Reason.UNREADABLE; // of a later version
    }
}
