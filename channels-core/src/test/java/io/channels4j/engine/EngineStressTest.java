package io.channels4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.concurrent.BlockingExecutor;
import io.channels4j.fixture.Racers;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.internal.Stages;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.support.CapturedLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests connections that are ended by several causes at once. The causes are the peer, the transport, the application
 * and failing callbacks.
 */
@Timeout(60)
class EngineStressTest {

    private static final int ROUNDS = 5_000;

    private final TestEventLoop loop = new TestEventLoop();
    private final BlockingExecutor workers = BlockingExecutor.pooled("stress-worker", 4);
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();

    private record Served(ScriptedCallbacks callbacks, CompletionStage<Void> result) {}

    @AfterEach
    void close() {
        loop.close();
        layer.close();
    }

    @Test
    @DisplayName("P2: disconnect runs exactly once, last, and no membership remains, whatever ends a connection first")
    void disconnectRunsExactlyOnceWhateverRaces() throws Exception {
        try (Racers racers = Racers.create()) {
            racers.race(4, (racer, random) -> {
                for (int i = 0; i < ROUNDS / 4; i++) {
                    check(serve(random), racers);
                }
            });

            assertThat(layer.groupCount()).as(racers.toString()).isZero();
            assertThat(layer.channelCount()).as(racers.toString()).isZero();
        }
    }

    @Test
    @DisplayName("P2: disconnect runs exactly once when the close timeout expires just as a callback completes")
    void disconnectRunsExactlyOnceWhenTheTimeoutExpires() throws Exception {
        Queue<ScriptedCallbacks> all = new ConcurrentLinkedQueue<>();
        try (Racers racers = Racers.create();
                CapturedLog log = CapturedLog.of("io.channels4j.consumer")) {
            racers.race(4, (racer, random) -> {
                for (int i = 0; i < ROUNDS / 4; i++) {
                    ScriptedCallbacks callbacks = new ScriptedCallbacks();
                    all.add(callbacks);
                    endImmediately(callbacks).toCompletableFuture().get(10, SECONDS);
                }
            });

            await().alias(racers.toString())
                    .until(() -> all.stream().allMatch(EngineStressTest::disconnectedIfStarted));
            assertThat(all)
                    .as(racers.toString())
                    .allMatch(callbacks -> callbacks.disconnects().size() <= 1);
            assertThat(log.messages(Level.ERROR)).isEmpty();
        }
    }

    /** Ends a connection whose close time-out is zero, so that running callbacks are not awaited. */
    private CompletionStage<Void> endImmediately(ScriptedCallbacks callbacks) {
        ScriptedConnection connection = new ScriptedConnection();
        Scope scope = connection.scope("test", loop).closeTimeout(Duration.ZERO).build();
        CompletionStage<Void> result = new Engine(scope, connection, connection, callbacks, workers).run();
        connection.deliver(new Note("connect"), new Note("a"), new Last("left"));
        return result;
    }

    private static boolean disconnectedIfStarted(ScriptedCallbacks callbacks) {
        return !callbacks.calls().contains("connect")
                || !callbacks.disconnects().isEmpty();
    }

    private Served serve(Random random) {
        ScriptedConnection connection = new ScriptedConnection();
        ScriptedCallbacks callbacks = new ScriptedCallbacks();
        callbacks.layer = layer;
        callbacks.groups = Set.of("room");
        callbacks.onEvent = event -> event.equals(new Note("bad")) ? failed() : Stages.done();
        Executor executor = random.nextBoolean() ? loop : workers;
        Scope scope = connection
                .scope("test", loop)
                .closeTimeout(Duration.ofSeconds(5))
                .build();
        Engine engine = new Engine(scope, connection, connection, callbacks, executor);
        CompletionStage<Void> result = engine.run();
        connection.deliver(new Note("connect"));
        List<Runnable> ends = new ArrayList<>(List.of(
                () -> connection.deliver(events(random)),
                connection::closeTransport,
                () -> engine.send(new Last("complete")),
                () -> layer.groupSend("room", Message.of("m"))));
        Collections.shuffle(ends, random);
        CompletableFuture<Void> otherThread = CompletableFuture.runAsync(ends.remove(0), workers);
        ends.forEach(Runnable::run);
        otherThread.join();
        return new Served(callbacks, result);
    }

    private static Event[] events(Random random) {
        return switch (random.nextInt(3)) {
            case 0 -> new Event[] {new Note("bad"), new Last("left")};
            case 1 -> new Event[] {new Note("a"), new Note("b"), new Last("left")};
            default -> new Event[] {new Last("left")};
        };
    }

    private static void check(Served served, Racers racers) throws Exception {
        served.result()
                .handle((nothing, failure) -> "ended")
                .toCompletableFuture()
                .get(10, SECONDS);
        List<String> calls = served.callbacks().calls();
        if (calls.isEmpty()) {
            return; // the connection ended before its first callback
        }
        assertThat(calls).as(racers.toString()).startsWith("connect");
        assertThat(served.callbacks().disconnects()).as("%s: %s", racers, calls).hasSize(1);
        assertThat(calls.get(calls.size() - 1)).as(racers.toString()).startsWith("disconnect ");
    }

    private static CompletionStage<Void> failed() {
        return CompletableFuture.failedFuture(new IllegalStateException("bad"));
    }
}
