package io.channels4j.redis.queue;

import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.redis.connection.ControlThread;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Requests to other processes whose answers have not come yet. */
final class Requests {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Map<Long, CompletableFuture<Void>> open = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();
    private final ControlThread loop;

    Requests(ControlThread loop) {
        this.loop = loop;
    }

    /** A request that is to be sent with its id. */
    record Open(long id, CompletableFuture<Void> answer) {}

    Open open(String what) {
        long id = ids.incrementAndGet();
        CompletableFuture<Void> answer = new CompletableFuture<>();
        open.put(id, answer);
        ControlThread.Cancellable limit = loop.schedule(
                LIMIT,
                () -> answer.completeExceptionally(new LayerUnavailableException(
                        "%s: its process did not answer for %s".formatted(what, LIMIT), null)));
        var unused = answer.whenComplete((nothing, failure) -> {
            open.remove(id);
            limit.cancel();
        });
        return new Open(id, answer);
    }

    void answered(long id) {
        CompletableFuture<Void> answer = open.get(id);
        if (answer != null) {
            answer.complete(Stages.NOTHING);
        }
    }

    void close(RuntimeException why) {
        open.values().forEach(answer -> answer.completeExceptionally(why));
    }
}
