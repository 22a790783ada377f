package io.channels4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Broadcast;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.concurrent.BlockingExecutor;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.internal.Stages;
import io.channels4j.support.CapturedLog;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StuckCallbacksTest {

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final TestEventLoop loop = new TestEventLoop();
    private final BlockingExecutor workers = BlockingExecutor.pooled("test-worker", 4);
    private final ScriptedConnection connection = new ScriptedConnection();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
    private final CapturedLog log = CapturedLog.of("io.channels4j.consumer");
    private final CountDownLatch release = new CountDownLatch(1);
    private final CallbackWatch watch = new CallbackWatch(null);
    private final StuckCallbacks stuck = new StuckCallbacks(LIMIT, List.of(watch));
    private final List<CompletionStage<Void>> results = new CopyOnWriteArrayList<>();

    /** Waits until all connections have ended. Their warnings then do not reach the log of another test. */
    @AfterEach
    void close() throws Exception {
        release.countDown();
        connection.deliver(new Last("left"));
        for (CompletionStage<Void> result : results) {
            result.toCompletableFuture().get(5, SECONDS);
        }
        log.close();
        loop.close();
    }

    @Test
    void warnsOnceAboutAStageThatDoesNotComplete() throws Exception {
        start(loop, event -> new CompletableFuture<>());
        begin(new Note("a"));

        checksAt(0, 1, 9, 10, 11, 60);

        assertThat(log.messages(Level.WARN))
                .singleElement()
                .asString()
                .matches("connection \\w+: " + ScriptedCallbacks.class.getName()
                        + ".on note has been busy for more than PT10S, waiting for its stage");
    }

    @Test
    void warnsOnceAboutACallbackThatBlocksItsWorker() throws Exception {
        start(workers, event -> waits());
        begin(new Note("a"));

        checksAt(0, 1, 10, 11);

        assertThat(log.messages(Level.WARN))
                .singleElement()
                .asString()
                .contains(ScriptedCallbacks.class.getName() + ".event has been busy for more than PT10S, running in")
                .contains("test-worker-1", "StuckCallbacksTest.waits");
    }

    @Test
    void warnsOnceAboutACallbackThatBlocksItsEventLoop() throws Exception {
        loop.submit(watch::beat).get(5, SECONDS);
        start(loop, event -> waits());
        begin(new Note("a"));

        checksAt(0, 1, 10, 11);

        assertThat(log.messages(Level.WARN))
                .singleElement()
                .asString()
                .contains(ScriptedCallbacks.class.getName()
                        + ".event has blocked its event loop, and all connections on it, for more than PT10S in")
                .contains("test-loop", "StuckCallbacksTest.waits");
    }

    @Test
    void warnsAboutOtherCodeThatBlocksAnEventLoop() throws Exception {
        loop.submit(watch::beat).get(5, SECONDS);
        CountDownLatch running = new CountDownLatch(1);
        loop.execute(() -> {
            running.countDown();
            waits();
        });
        assertThat(running.await(5, SECONDS)).isTrue();

        checksAt(0, 1, 10);

        assertThat(log.messages(Level.WARN))
                .singleElement()
                .asString()
                .startsWith("something has blocked its event loop");
    }

    @Test
    void warnsAboutACallbackOnALoopThatWasBlockedBefore() throws Exception {
        loop.submit(watch::beat).get(5, SECONDS);
        checksAt(0, 1, 10);
        start(loop, event -> waits());
        begin(new Note("a"));

        checksAt(11, 12, 21);

        assertThat(log.messages(Level.WARN)).hasSize(2);
        assertThat(log.messages(Level.WARN).get(1)).contains("ScriptedCallbacks.event has blocked its event loop");
    }

    @Test
    void warnsAboutEachStuckCallback() throws Exception {
        CompletableFuture<Void> first = new CompletableFuture<>();
        start(loop, event -> event.equals(new Note("a")) ? first : new CompletableFuture<>());
        begin(new Note("a"));
        checksAt(0, 1, 10);
        first.complete(null);
        begin(new Note("b"));
        loop.submit(() -> {}).get(5, SECONDS);

        checksAt(11, 12, 21);

        assertThat(log.messages(Level.WARN)).hasSize(2);
    }

    @Test
    void doesNotWarnAboutManyShortCallbacks() throws Exception {
        start(loop, event -> Stages.done());
        for (int i = 0; i < 5; i++) {
            begin(new Note("equal"), i + 1);
            loop.submit(watch::beat).get(5, SECONDS);
            checksAt(8L * i, 8L * i + 1, 8L * i + 2);
        }

        assertThat(log.messages(Level.WARN)).isEmpty();
    }

    @Test
    void doesNotWarnAfterAClockJump() throws Exception {
        start(loop, event -> new CompletableFuture<>());
        begin(new Note("a"));

        checksAt(0, 3_600);

        assertThat(log.messages(Level.WARN)).isEmpty();
    }

    @Test
    void doesNotWarnWhileTheCloseTimeoutRuns() throws Exception {
        start(loop, event -> new CompletableFuture<>());
        begin(new Note("a"));
        connection.deliver(new Last("left"));

        checksAt(0, 1, 10);

        assertThat(log.messages(Level.WARN)).isEmpty();
    }

    @Test
    void doesNotWarnAboutACallbackThatWaitsForItsPeer() throws Exception {
        CompletableFuture<Void> slow = new CompletableFuture<>();
        CompletableFuture<Void> never = new CompletableFuture<>();
        connection.onSend(event -> slow);
        AtomicReference<Engine> engine = new AtomicReference<>();
        Engine started =
                engine(watch, loop, event -> engine.get().send(new Note("big")).thenCompose(sent -> never));
        engine.set(started);
        run(started);
        begin(new Note("a"));

        checksAt(0, 1, 10, 20);
        assertThat(log.messages(Level.WARN)).isEmpty();

        slow.complete(null);
        checksAt(21, 22, 31);
        assertThat(log.messages(Level.WARN)).hasSize(1);
    }

    @Test
    void doesNotWarnAboutABroadcastThatWaitsForItsPeer() throws Exception {
        callbacks.waitsForBroadcasts = true;
        callbacks.groups = Set.of("room");
        start(loop, event -> Stages.done());
        begin(new Note("a"));
        connection.onSend(event -> new CompletableFuture<>());
        callbacks
                .layer
                .groupSend("room", Broadcast.text("news"))
                .toCompletableFuture()
                .get(5, SECONDS);
        await().until(() -> !connection.sent().isEmpty());

        checksAt(0, 1, 10, 20);

        assertThat(log.messages(Level.WARN)).isEmpty();
    }

    @Test
    void releasesCompletedCallbacks() throws Exception {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        start(loop, event -> stage);
        begin(new Note("a"));
        assertThat(watch.waiting()).hasSize(1);

        stage.complete(null);

        await().until(() -> watch.waiting().isEmpty());
    }

    @Test
    void releasesAbandonedCallbacks() throws Exception {
        CompletionStage<Void> result = start(loop, event -> new CompletableFuture<>());
        begin(new Note("a"));
        connection.deliver(new Last("left"));
        result.toCompletableFuture().get(5, SECONDS);

        checksAt(0);

        assertThat(watch.waiting()).isEmpty();
    }

    @Test
    void measuresEachCallbackForAListener() throws Exception {
        List<Duration> times = new CopyOnWriteArrayList<>();
        CompletableFuture<Void> later = new CompletableFuture<>();
        CallbackWatch timing = new CallbackWatch((scope, time) -> times.add(time));
        start(timing, loop, event -> event.equals(new Note("b")) ? later : Stages.done());

        begin(new Note("a"));
        begin(new Note("b"));
        assertThat(times).hasSize(1);
        later.complete(null);

        assertThat(times).hasSize(2).allMatch(time -> !time.isNegative());
    }

    private CompletionStage<Void> start(Executor executor, Function<Event, CompletionStage<Void>> onEvent) {
        return start(watch, executor, onEvent);
    }

    private CompletionStage<Void> start(
            CallbackWatch seenBy, Executor executor, Function<Event, CompletionStage<Void>> onEvent) {
        return run(engine(seenBy, executor, onEvent));
    }

    private CompletionStage<Void> run(Engine engine) {
        CompletionStage<Void> result = engine.run();
        results.add(result);
        return result;
    }

    private Engine engine(CallbackWatch seenBy, Executor executor, Function<Event, CompletionStage<Void>> onEvent) {
        callbacks.onEvent = onEvent;
        Scope scope = connection
                .scope("test", loop)
                .closeTimeout(Duration.ofMillis(50))
                .with(CallbackWatch.KEY, seenBy)
                .build();
        return new Engine(scope, connection, connection, callbacks, executor);
    }

    private void begin(Note note) {
        begin(note, 1);
    }

    private void begin(Note note, int times) {
        connection.deliver(note);
        await().until(() ->
                callbacks.calls().stream().filter(note.text()::equals).count() == times);
    }

    /** Runs the check at each of the given times, in seconds. */
    private void checksAt(long... seconds) {
        for (long second : seconds) {
            stuck.look(SECONDS.toNanos(second));
        }
    }

    private CompletionStage<Void> waits() {
        try {
            release.await(30, SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Stages.done();
    }
}
