package io.channels4j.redis.queue;

import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.redis.connection.ControlThread;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Requests to other processes that have not been answered yet. Thread-safe. */
final class PendingRequests {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Map<Long, CompletableFuture<Void>> pending = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final ControlThread thread;

    PendingRequests(ControlThread thread) {
        this.thread = thread;
    }

    /** A request. The reply contains its id and completes the future. */
    record Request(long id, CompletableFuture<Void> answer) {}

    /** Opens a request, which fails if it is not answered within ten seconds. */
    Request open(String description) {
        long id = ids.incrementAndGet();
        CompletableFuture<Void> answer = new CompletableFuture<>();
        pending.put(id, answer);
        ControlThread.Cancellable limit = thread.schedule(
                LIMIT,
                () -> answer.completeExceptionally(new LayerUnavailableException(
                        "%s: the other process did not answer within %s".formatted(description, LIMIT), null)));
        Stages.ignore(answer.whenComplete((nothing, failure) -> {
            pending.remove(id);
            limit.cancel();
        }));
        return new Request(id, answer);
    }

    void answered(long id) {
        CompletableFuture<Void> answer = pending.get(id);
        if (answer != null) {
            answer.complete(Stages.NOTHING);
        }
    }

    void close(RuntimeException cause) {
        pending.values().forEach(answer -> answer.completeExceptionally(cause));
    }
}
