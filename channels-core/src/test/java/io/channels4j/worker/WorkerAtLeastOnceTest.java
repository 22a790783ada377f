package io.channels4j.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.support.CapturedLog;
import io.channels4j.support.PartialProxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests the redelivery of failed messages, and its bounds. */
class WorkerAtLeastOnceTest extends WorkerFixture {

    @Test
    void atLeastOnceHandlesFailedMessageAgain() {
        AtomicInteger calls = new AtomicInteger();
        Application application = failingUntil(calls, 3);
        try (CapturedLog log = CapturedLog.of(Worker.class.getName());
                Worker worker = atLeastOnce(application, 5)) {
            layer.send("jobs", Message.of("stubborn"));

            await().until(() -> worker.handled() == 1);

            assertThat(calls).hasValue(3);
            assertThat(worker.failed()).isEqualTo(2);
            assertThat(worker.givenUp()).isZero();
            assertThat(log.messages(Level.ERROR)).hasSize(2);
        }
    }

    @Test
    void handlesOtherMessagesWhileFailedOneWaits() {
        Application application =
                (scope, receiver, sender) -> receiver.receive().thenAccept(event -> {
                    seen.add(event.type());
                    if (event.type().equals("bad")) {
                        throw new IllegalStateException("bad");
                    }
                });
        try (CapturedLog log = CapturedLog.of(Worker.class.getName());
                Worker worker = Worker.builder(application, layer)
                        .channels("jobs")
                        .atLeastOnce(5, Duration.ofMinutes(1))
                        .start()) {
            layer.send("jobs", Message.of("bad"));
            layer.send("jobs", Message.of("good"));

            await().until(() -> worker.handled() == 1);

            assertThat(seen).containsExactly("bad", "good");
            assertThat(log.messages(Level.ERROR)).hasSize(1);
        }
    }

    @Test
    void dropsMessageAfterLastAttempt() {
        AtomicInteger calls = new AtomicInteger();
        Application application = failingUntil(calls, Integer.MAX_VALUE);
        try (CapturedLog log = CapturedLog.of(Worker.class.getName());
                Worker worker = atLeastOnce(application, 3)) {
            layer.send("jobs", Message.of("poison"));

            await().until(() -> worker.givenUp() == 1);

            assertThat(calls).hasValue(3);
            assertThat(log.messages(Level.ERROR))
                    .last()
                    .isEqualTo("channel jobs: gave up on message poison after 3 failed deliveries");
        }
        assertThat(layer.channelCount()).isZero();
    }

    @Test
    void dropsMessageThatWasDeliveredTooOften() {
        layer.send("jobs", Message.of("killer"));
        for (int i = 0; i < 3; i++) {
            layer.take("jobs").toCompletableFuture().join().requeue();
        }
        try (CapturedLog log = CapturedLog.of(Worker.class.getName());
                Worker worker = atLeastOnce(recording(), 3)) {
            await().until(() -> worker.givenUp() == 1);

            assertThat(log.messages(Level.ERROR)).hasSize(1);
        }
        assertThat(seen).isEmpty();
    }

    @Test
    void requeuesAbortedMessage() {
        AtomicInteger running = new AtomicInteger();
        CompletableFuture<Void> outOfTime = new CompletableFuture<>();
        Application application = (scope, receiver, sender) -> {
            running.incrementAndGet();
            return scope.closed().thenRun(() -> outOfTime.complete(null)).thenCombine(release, (a, b) -> b);
        };
        Worker worker = Worker.builder(application, layer)
                .channels("jobs")
                .atLeastOnce()
                .drainTimeout(Duration.ZERO)
                .applicationCloseTimeout(Duration.ofSeconds(5))
                .start();
        layer.send("jobs", Message.of("job"));
        await().until(() -> running.get() == 1);

        CompletionStage<Void> stopped = worker.stop();
        assertThat(outOfTime).succeedsWithin(Duration.ofSeconds(5));
        release.complete(null);

        assertThat(stopped.toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
        assertThat(layer.take("jobs").toCompletableFuture())
                .succeedsWithin(Duration.ofSeconds(5))
                .extracting(Delivery::earlierDeliveries)
                .isEqualTo(1);
    }

    @Test
    void stopRequeuesWaitingMessages() {
        Application application = failingUntil(new AtomicInteger(), Integer.MAX_VALUE);
        try (CapturedLog log = CapturedLog.of(Worker.class.getName())) {
            Worker worker = Worker.builder(application, layer)
                    .channels("jobs")
                    .atLeastOnce(5, Duration.ofMinutes(1))
                    .start();
            layer.send("jobs", Message.of("job"));
            await().until(() -> worker.failed() == 1);

            worker.close();

            assertThat(log.messages(Level.ERROR)).hasSize(1);
        }
        assertThat(layer.take("jobs").toCompletableFuture()).succeedsWithin(Duration.ofSeconds(5));
    }

    @Test
    void stopsReceivingWhileTooManyFailedMessagesWait() {
        AtomicInteger calls = new AtomicInteger();
        Application application = failingUntil(calls, Integer.MAX_VALUE);
        try (CapturedLog log = CapturedLog.of(Worker.class.getName());
                Worker worker = Worker.builder(application, layer)
                        .channels("jobs")
                        .atLeastOnce(2, Duration.ofMinutes(1))
                        .start()) {
            sendJobs(Redelivery.MAX_WAITING + 50);

            await().until(() -> worker.failed() == Redelivery.MAX_WAITING);
            await().during(Duration.ofMillis(50)).until(() -> calls.get() == Redelivery.MAX_WAITING);

            assertThat(log.messages(Level.ERROR)).hasSize(Redelivery.MAX_WAITING);
        }
    }

    @Test
    @DisplayName("P3: failed messages that wait for their next attempt are bounded in bytes")
    void stopsReceivingWhileFailedMessagesPinTooManyBytes() {
        AtomicInteger calls = new AtomicInteger();
        Application application = failingUntil(calls, Integer.MAX_VALUE);
        try (CapturedLog log = CapturedLog.of(Worker.class.getName());
                Worker worker = Worker.builder(application, layer)
                        .channels("jobs")
                        .atLeastOnce(2, Duration.ofMinutes(1))
                        .start()) {
            for (int i = 0; i < 6; i++) {
                int before = i;
                layer.send("jobs", Message.of("job").with("text", "x".repeat(1 << 20)));
                await().until(() -> calls.get() >= Math.min(before + 1, 4));
            }

            await().during(Duration.ofMillis(50)).until(() -> worker.failed() == 4);

            assertThat(log.messages(Level.ERROR)).hasSize(4);
        }
    }

    @Test
    void resumesWhenWaitingMessagesAreRequeued() {
        Application application = failingUntil(new AtomicInteger(), Integer.MAX_VALUE);
        try (CapturedLog log = CapturedLog.of(Worker.class.getName());
                Worker worker = atLeastOnce(application, 2)) {
            sendJobs(Redelivery.MAX_WAITING + 50);

            await().until(() -> worker.givenUp() == Redelivery.MAX_WAITING + 50);

            assertThat(log.messages(Level.ERROR)).hasSize(3 * (Redelivery.MAX_WAITING + 50));
        }
    }

    @Test
    void rejectsAtLeastOnceOnLayerWithoutRedelivery() {
        ChannelLayer unable = PartialProxy.of(ChannelLayer.class, layer, Map.of("redelivers", () -> false));
        Worker.Builder builder =
                Worker.builder(recording(), unable).channels("jobs").atLeastOnce();

        assertThatThrownBy(builder::start)
                .isInstanceOf(ChannelsException.class)
                .hasMessage(
                        "worker: at least once on a %s, which does not redeliver (expected: a layer with work queues)",
                        unable.getClass().getSimpleName());
    }

    @Test
    void rejectsAttemptsBelowOne() {
        Worker.Builder builder = Worker.builder(recording(), layer);

        assertThatThrownBy(() -> builder.atLeastOnce(0, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("attempts: 0 (expected: 1 or more)");
    }
}
