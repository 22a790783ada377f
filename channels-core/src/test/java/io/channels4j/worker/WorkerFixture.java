package io.channels4j.worker;

import io.channels4j.Application;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.support.PartialProxy;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** The layer and the applications of the worker's tests. */
abstract class WorkerFixture {

    static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);
    final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    final Queue<String> seen = new ConcurrentLinkedQueue<>();

    /** Completes the calls of {@link #holding}. */
    final CompletableFuture<Void> release = new CompletableFuture<>();

    @AfterEach
    void closeLayer() {
        release.complete(null);
        layer.close();
    }

    static Worker start(Application application, ChannelLayer layer) {
        return Worker.builder(application, layer).channels("jobs").start();
    }

    Worker atLeastOnce(Application application, int attempts) {
        return Worker.builder(application, layer)
                .channels("jobs")
                .atLeastOnce(attempts, Duration.ofMillis(20))
                .start();
    }

    static Application failingUntil(AtomicInteger calls, int success) {
        return (scope, receiver, sender) -> calls.incrementAndGet() < success
                ? CompletableFuture.failedFuture(new IllegalStateException("not yet"))
                : DONE;
    }

    Application recording() {
        return (scope, receiver, sender) -> receiver.receive().thenAccept(event -> seen.add(event.type()));
    }

    Application holding(AtomicInteger running) {
        return (scope, receiver, sender) -> {
            running.incrementAndGet();
            return release.minimalCompletionStage();
        };
    }

    void sendJobs(int count) {
        for (int i = 0; i < count; i++) {
            layer.send("jobs", Message.of("job"));
        }
    }

    /**
     * Returns a layer whose receives fail until the count reaches zero. They alternately throw and return a failed
     * stage.
     */
    ChannelLayer failingReceives(AtomicInteger failures) {
        Supplier<@Nullable Object> receive = () -> {
            int left = failures.getAndDecrement();
            if (left <= 0) {
                return null;
            }
            LayerUnavailableException failure = new LayerUnavailableException("receive: out of reach", null);
            if (left % 2 == 0) {
                throw failure;
            }
            return CompletableFuture.failedFuture(failure);
        };
        return PartialProxy.of(ChannelLayer.class, layer, Map.of("receive", receive, "take", receive));
    }
}
