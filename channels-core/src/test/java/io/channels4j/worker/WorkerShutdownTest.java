package io.channels4j.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Application;
import io.channels4j.Message;
import io.channels4j.support.CapturedLog;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests stopping a worker while calls run or messages are received. */
class WorkerShutdownTest extends WorkerFixture {

    @Test
    void stopWaitsForRunningCalls() {
        AtomicInteger running = new AtomicInteger();
        Worker worker = start(holding(running), layer);
        layer.send("jobs", Message.of("job"));
        await().until(() -> running.get() == 1);

        CompletableFuture<Void> stopped = worker.stop().toCompletableFuture();

        assertThat(stopped).isNotDone();
        release.complete(null);
        assertThat(stopped).succeedsWithin(Duration.ofSeconds(5));
        assertThat(worker.handled()).isEqualTo(1);
    }

    @Test
    void stopReceivesNoFurtherMessage() {
        Worker worker = start(recording(), layer);
        worker.close();

        layer.send("jobs", Message.of("late"));

        assertThat(layer.receive("jobs").toCompletableFuture())
                .succeedsWithin(Duration.ofSeconds(5))
                .isEqualTo(Message.of("late"));
        assertThat(seen).isEmpty();
    }

    @Test
    void stopsImmediatelyWhileReceivingFails() {
        AtomicInteger failures = new AtomicInteger(Integer.MAX_VALUE);
        Worker worker = start(recording(), failingReceives(failures));
        await().until(() -> failures.get() < Integer.MAX_VALUE - 2);

        assertThat(worker.stop().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(1));
    }

    @Test
    void stopAbortsCallsThatDoNotEnd() {
        AtomicInteger running = new AtomicInteger();
        try (CapturedLog log = CapturedLog.of(Worker.class.getName())) {
            Worker worker = Worker.builder(holding(running), layer)
                    .channels("jobs")
                    .drainTimeout(Duration.ofMillis(20))
                    .applicationCloseTimeout(Duration.ZERO)
                    .start();
            layer.send("jobs", Message.of("job"));
            await().until(() -> running.get() == 1);

            assertThat(worker.stop().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(10));

            assertThat(log.messages(Level.WARN))
                    .containsExactly(
                            "stop: 1 messages are still being handled after PT0.02S; their handlers are aborted");
        }
    }

    @Test
    void closesScopeOfAbortedCall() {
        CompletableFuture<Void> received = new CompletableFuture<>();
        Application application = (scope, receiver, sender) -> {
            received.complete(null);
            return scope.closed();
        };
        Worker worker = Worker.builder(application, layer)
                .channels("jobs")
                .drainTimeout(Duration.ZERO)
                .start();
        layer.send("jobs", Message.of("job"));
        assertThat(received).succeedsWithin(Duration.ofSeconds(5));

        worker.close();

        assertThat(worker.failed()).isEqualTo(1);
    }

    @Test
    void stopIsIdempotent() {
        Worker worker = start(recording(), layer);

        worker.close();
        worker.close();

        assertThat(worker.stop().toCompletableFuture()).isDone();
    }

    @Test
    void stopsItsThreads() {
        Worker worker = start(recording(), layer);
        layer.send("jobs", Message.of("job"));
        await().until(() -> worker.handled() == 1);

        worker.close();

        await().atMost(5, TimeUnit.SECONDS).until(() -> workerThreads().isEmpty());
    }

    private static List<Thread> workerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("channels-worker-"))
                .toList();
    }
}
