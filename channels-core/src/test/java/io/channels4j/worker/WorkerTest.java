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
import io.channels4j.layer.MessageEvent;
import io.channels4j.support.CapturedLog;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tests the worker with lambdas as applications. {@code channels-testing} tests it with consumers. */
class WorkerTest extends WorkerFixture {

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
}
