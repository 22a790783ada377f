package io.channels4j.redis.django;

import io.channels4j.layer.LayerUnavailableException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Limits the size of the messages that Redis has not answered (guarantee P3). Thread-safe. */
final class PendingBytes {

    private final long max;
    private final AtomicLong pending = new AtomicLong();

    PendingBytes(long max) {
        this.max = max;
    }

    /** Runs a request that retains some bytes until it completes. Fails if too many bytes are pending. */
    <T> CompletableFuture<T> run(long bytes, Supplier<CompletableFuture<T>> request) {
        long before = pending.getAndAdd(bytes);
        if (before > 0 && before + bytes > max) {
            pending.addAndGet(-bytes);
            return CompletableFuture.failedFuture(new LayerUnavailableException(
                    "send: %d bytes wait for Redis (expected: %d or less); nothing was sent".formatted(before, max),
                    null));
        }
        return request.get().whenComplete((done, failure) -> pending.addAndGet(-bytes));
    }
}
