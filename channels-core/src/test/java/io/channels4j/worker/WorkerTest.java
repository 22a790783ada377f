package io.channels4j.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.OverloadedException;
import io.channels4j.Scope;
import io.channels4j.concurrent.NonBlocking;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.layer.MessageEvent;
import io.channels4j.support.CapturedLog;
import io.channels4j.support.PartialProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests the worker with lambdas as applications. {@code channels-testing} tests it with consumers. */
class WorkerTest {

    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    /** Completes the calls of {@link #holding}. */
    private final CompletableFuture<Void> release = new CompletableFuture<>();

    @AfterEach
    void closeLayer() {
        release.complete(null);
        layer.close();
    }

    @Test
    void handlesExampleOfItsJavadoc() {
        try (Worker worker = WorkerSnippets.start(layer)) {
            layer.send("thumbnails", Message.of("thumbnail.make", new WorkerSnippets.Picture("cat.png")));

            await().until(() -> worker.handled() == 1);
        }
        assertThat(WorkerSnippets.SHRUNK).containsExactly("cat.png");
    }

    @Test
    void handlesMessagesOfChannelInOrder() {
        try (Worker worker = start(recording(), layer)) {
            for (int i = 0; i < 100; i++) {
                layer.send("jobs", Message.of("job " + i));
            }
            await().until(() -> worker.handled() == 100);
        }
        assertThat(seen)
                .startsWith("job 0", "job 1", "job 2")
                .endsWith("job 98", "job 99")
                .hasSize(100);
    }

    @Test
    void createsScopeForEachMessage() {
        Queue<Scope> scopes = new ConcurrentLinkedQueue<>();
        Application application = (scope, receiver, sender) -> {
            scopes.add(scope);
            return DONE;
        };
        try (Worker worker = start(application, layer)) {
            layer.send("jobs", Message.of("one"));
            layer.send("jobs", Message.of("two"));
            await().until(() -> worker.handled() == 2);
        }
        assertThat(scopes)
                .allSatisfy(scope -> {
                    assertThat(scope.type()).isEqualTo("channel");
                    assertThat(scope.get(Scope.CHANNEL)).contains("jobs");
                    assertThat(scope.path()).isEqualTo("jobs");
                })
                .extracting(Scope::connectionId)
                .doesNotHaveDuplicates();
    }

    @Test
    void deliversMessageAsOnlyEvent() {
        CompletableFuture<CompletionStage<Event>> second = new CompletableFuture<>();
        Application application =
                (scope, receiver, sender) -> receiver.receive().thenAccept(event -> {
                    seen.add(((MessageEvent) event).message().type());
                    second.complete(receiver.receive());
                });
        try (Worker worker = start(application, layer)) {
            layer.send("jobs", Message.of("only"));
            await().until(() -> worker.handled() == 1);
        }
        assertThat(seen).containsExactly("only");
        assertThat(second.join().toCompletableFuture()).isNotDone();
    }

    @Test
    void callsApplicationOnNonBlockingThread() {
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        Application application = (scope, receiver, sender) -> {
            thread.complete(Thread.currentThread());
            return DONE;
        };
        try (Worker worker = start(application, layer)) {
            layer.send("jobs", Message.of("any"));
            await().until(() -> worker.handled() == 1);
        }
        assertThat(thread.join()).isInstanceOf(NonBlocking.class);
    }

    @Test
    void logsFailuresAndContinues() {
        Application application =
                (scope, receiver, sender) -> receiver.receive().thenAccept(event -> {
                    if (event.type().equals("bad")) {
                        throw new IllegalStateException("no such picture");
                    }
                });
        try (CapturedLog log = CapturedLog.of(Worker.class.getName());
                Worker worker = start(application, layer)) {
            layer.send("jobs", Message.of("bad"));
            layer.send("jobs", Message.of("good"));

            await().until(() -> worker.handled() == 1);

            assertThat(worker.failed()).isEqualTo(1);
            assertThat(log.messages(Level.ERROR))
                    .singleElement()
                    .asString()
                    .endsWith("message bad of channel jobs failed");
        }
    }

    @Test
    void continuesAfterApplicationThrows() {
        AtomicInteger calls = new AtomicInteger();
        Application application = (scope, receiver, sender) -> {
            if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("first");
            }
            return DONE;
        };
        try (CapturedLog log = CapturedLog.of(Worker.class.getName());
                Worker worker = start(application, layer)) {
            layer.send("jobs", Message.of("a"));
            layer.send("jobs", Message.of("b"));

            await().until(() -> worker.handled() == 1);

            assertThat(log.messages(Level.ERROR)).hasSize(1);
        }
    }

    @Test
    void rejectsSendsToMissingPeer() {
        Application application = (scope, receiver, sender) -> sender.send(new MessageEvent(Message.of("hello")));
        try (CapturedLog log = CapturedLog.of(Worker.class.getName());
                Worker worker = start(application, layer)) {
            layer.send("jobs", Message.of("any"));

            await().until(() -> worker.failed() == 1);

            assertThat(log.messages(Level.ERROR)).hasSize(1);
        }
    }

    @Test
    void retriesWhenNoThreadIsFree() {
        AtomicInteger calls = new AtomicInteger();
        Application application = (scope, receiver, sender) -> {
            if (calls.getAndIncrement() < 2) {
                throw new OverloadedException("all threads are taken");
            }
            return DONE;
        };
        try (CapturedLog log = CapturedLog.of(Worker.class.getName());
                Worker worker = start(application, layer)) {
            layer.send("jobs", Message.of("patient"));

            await().until(() -> worker.handled() == 1);

            assertThat(worker.failed()).isZero();
            assertThat(log.messages(Level.WARN)).first().asString().contains("a message waits");
        }
    }

    @Test
    void handlesConcurrentMessagesUpToItsConcurrency() {
        AtomicInteger running = new AtomicInteger();
        try (Worker worker =
                Worker.builder(holding(running), layer).concurrency("jobs", 3).start()) {
            for (int i = 0; i < 5; i++) {
                layer.send("jobs", Message.of("job"));
            }
            await().until(() -> running.get() == 3);
            await().during(Duration.ofMillis(50)).until(() -> running.get() == 3);

            release.complete(null);

            await().until(() -> worker.handled() == 5);
        }
    }

    @Test
    void slowChannelDoesNotDelayOthers() {
        AtomicInteger running = new AtomicInteger();
        Application application = (scope, receiver, sender) -> scope.path().equals("slow")
                ? holding(running).handle(scope, receiver, sender)
                : recording().handle(scope, receiver, sender);
        try (Worker worker =
                Worker.builder(application, layer).channels("slow", "fast").start()) {
            layer.send("slow", Message.of("a"));
            layer.send("fast", Message.of("b"));

            await().until(() -> worker.handled() == 1);

            assertThat(seen).containsExactly("b");
            release.complete(null);
        }
    }

    /** Returns a layer whose receives fail, alternately by throwing and by returning a failed stage, until the count reaches zero. */
    private ChannelLayer failingReceives(AtomicInteger failures) {
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

    @Test
    void resumesWhenLayerIsAvailableAgain() {
        ChannelLayer flaky = failingReceives(new AtomicInteger(2));
        try (CapturedLog log = CapturedLog.of(Worker.class.getName());
                Worker worker = start(recording(), flaky)) {
            layer.send("jobs", Message.of("kept"));

            await().until(() -> worker.handled() == 1);

            assertThat(log.messages(Level.WARN)).hasSize(1);
            assertThat(log.messages(Level.INFO)).containsExactly("channel jobs: receiving works again");
        }
    }

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
                    .isEqualTo("channel jobs: message poison was dropped after 3 failed deliveries");
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

    private void sendJobs(int count) {
        for (int i = 0; i < count; i++) {
            layer.send("jobs", Message.of("job"));
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
        CompletableFuture<Void> told = new CompletableFuture<>();
        Application application = (scope, receiver, sender) -> {
            told.complete(null);
            return scope.closed();
        };
        Worker worker = Worker.builder(application, layer)
                .channels("jobs")
                .drainTimeout(Duration.ZERO)
                .start();
        layer.send("jobs", Message.of("job"));
        assertThat(told).succeedsWithin(Duration.ofSeconds(5));

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

    @Test
    void rejectsStartWithoutChannels() {
        Worker.Builder builder = Worker.builder(recording(), layer);

        assertThatThrownBy(builder::start)
                .isInstanceOf(ChannelsException.class)
                .hasMessage("worker: no channels (expected: channels(\"name\", ..))");
    }

    @Test
    void rejectsChannelsOfOneProcess() {
        Worker.Builder builder = Worker.builder(recording(), layer);

        assertThatThrownBy(() -> builder.channels("a!b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("channel: a!b belongs to one process (expected: a name that has no !)");
        assertThatThrownBy(() -> builder.concurrency("a!b", 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rejectsConcurrencyBelowOne() {
        Worker.Builder builder = Worker.builder(recording(), layer);

        assertThatThrownBy(() -> builder.concurrency("jobs", 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("concurrency of channel jobs: 0 (expected: 1 or more)");
    }

    @Test
    void rejectsInvalidChannelName() {
        Worker.Builder builder = Worker.builder(recording(), layer);

        assertThatThrownBy(() -> builder.channels("a\nb")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rejectsNegativeTimeouts() {
        Worker.Builder builder = Worker.builder(recording(), layer);

        assertThatThrownBy(() -> builder.drainTimeout(Duration.ofSeconds(-1)))
                .hasMessage("drain timeout: PT-1S (expected: zero or more)");
    }

    private static Worker start(Application application, ChannelLayer layer) {
        return Worker.builder(application, layer).channels("jobs").start();
    }

    private Worker atLeastOnce(Application application, int attempts) {
        return Worker.builder(application, layer)
                .channels("jobs")
                .atLeastOnce(attempts, Duration.ofMillis(20))
                .start();
    }

    private static Application failingUntil(AtomicInteger calls, int success) {
        return (scope, receiver, sender) -> calls.incrementAndGet() < success
                ? CompletableFuture.failedFuture(new IllegalStateException("not yet"))
                : DONE;
    }

    private Application recording() {
        return (scope, receiver, sender) -> receiver.receive().thenAccept(event -> seen.add(event.type()));
    }

    private Application holding(AtomicInteger running) {
        return (scope, receiver, sender) -> {
            running.incrementAndGet();
            return release.minimalCompletionStage();
        };
    }

    private static List<Thread> workerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("channels-worker-"))
                .toList();
    }
}
