package io.channels4j.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Application;
import io.channels4j.Message;
import io.channels4j.OverloadedException;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.support.CapturedLog;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests stopping a worker while no thread is free for a message that it has taken. */
class WorkerStopTest {

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final AtomicBoolean full = new AtomicBoolean(true);
    private final AtomicInteger refusals = new AtomicInteger();
    private final Application application = (scope, receiver, sender) -> {
        if (full.get()) {
            refusals.incrementAndGet();
            throw new OverloadedException("all threads are in use");
        }
        return CompletableFuture.completedFuture(null);
    };

    @AfterEach
    void closeLayer() {
        layer.close();
    }

    @Test
    void returnsThePostponedMessageToItsChannel() {
        Worker worker = postponing(Worker.builder(application, layer).atLeastOnce());

        assertThat(worker.stop().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));

        assertThat(layer.receive("jobs").toCompletableFuture())
                .succeedsWithin(Duration.ofSeconds(5))
                .isEqualTo(Message.of("job"));
    }

    @Test
    void handlesThePostponedMessageWithinTheDrainTimeout() {
        Worker worker = postponing(Worker.builder(application, layer));

        CompletableFuture<Void> stopped = worker.stop().toCompletableFuture();
        full.set(false);

        assertThat(stopped).succeedsWithin(Duration.ofSeconds(10));
        assertThat(worker.handled()).isEqualTo(1);
        assertThat(worker.failed()).isZero();
    }

    @Test
    void countsThePostponedMessageAsFailedAfterTheDrainTimeout() {
        try (CapturedLog log = CapturedLog.of(Worker.class.getName())) {
            Worker worker = postponing(Worker.builder(application, layer).drainTimeout(Duration.ofMillis(1)));

            assertThat(worker.stop().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));

            assertThat(worker.failed()).isEqualTo(1);
            assertThat(log.messages(Level.ERROR))
                    .containsExactly(
                            "channel jobs: message job was dropped: the worker stopped before a thread was free"
                                    + " for it");
        }
    }

    private Worker postponing(Worker.Builder builder) {
        Worker worker = builder.channels("jobs").start();
        layer.send("jobs", Message.of("job"));
        await().until(() -> refusals.get() > 0);
        return worker;
    }
}
