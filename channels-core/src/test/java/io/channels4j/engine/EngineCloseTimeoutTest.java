package io.channels4j.engine;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.concurrent.Blocking;
import io.channels4j.concurrent.BlockingExecutor;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.internal.Stages;
import io.channels4j.support.CapturedLog;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EngineCloseTimeoutTest {

    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(50);

    private final TestEventLoop loop = new TestEventLoop();
    private final BlockingExecutor workers = BlockingExecutor.pooled("test-worker", 4);
    private final ScriptedConnection connection = new ScriptedConnection();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
    private final CapturedLog log = CapturedLog.of("io.channels4j.consumer");

    @AfterEach
    void close() {
        log.close();
        loop.close();
    }

    @Test
    @DisplayName("P2: disconnect runs once although an asynchronous callback never ends; the log names the abandoned"
            + " callback")
    void abandonsAnAsynchronousCallback() throws Exception {
        CompletableFuture<Void> never = new CompletableFuture<>();
        CompletableFuture<Void> result = start(loop, event -> never);

        deliverFirst(new Note("a"));
        connection.deliver(new Note("b"), new Last("left"));
        result.get(5, SECONDS);
        never.complete(null);
        runLoop();

        assertThat(callbacks.calls()).containsExactly("a", "disconnect left");
        assertThat(log.messages(Level.WARN))
                .singleElement()
                .asString()
                .contains(ScriptedCallbacks.class.getName() + " is still busy with note PT0.05S after")
                .contains("it is abandoned");
    }

    @Test
    @DisplayName("P2: disconnect runs once after a blocking callback was interrupted")
    void interruptsABlockingCallback() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        CompletableFuture<Void> result = start(workers, event -> {
            interrupted.set(waitsUntilInterrupted());
            return Stages.done();
        });

        leaveDuringFirstCallback(result);

        assertThat(interrupted).isTrue();
        assertThat(callbacks.calls()).containsExactly("a", "disconnect left");
        assertThat(log.messages(Level.WARN))
                .singleElement()
                .asString()
                .contains("it is interrupted", "test-worker-1", "waitsUntilInterrupted");
    }

    @Test
    @DisplayName("P2: disconnect runs once although a blocking callback ignores its interruption")
    void abandonsABlockingCallbackThatIgnoresInterruption() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletableFuture<Void> result = start(workers, event -> {
            waitsUninterruptibly(release);
            return Stages.done();
        });

        leaveDuringFirstCallback(result);
        release.countDown();

        assertThat(callbacks.calls()).containsExactly("a", "disconnect left");
    }

    @Test
    @DisplayName("P2: the interruption of a callback does not carry over to disconnect")
    void disconnectIsNotInterrupted() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        callbacks.onDisconnect = why -> {
            interrupted.set(Thread.currentThread().isInterrupted());
            return Stages.done();
        };
        CompletableFuture<Void> result = start(workers, event -> {
            waitsUntilInterrupted();
            Thread.currentThread().interrupt();
            return Stages.done();
        });

        leaveDuringFirstCallback(result);

        assertThat(callbacks.disconnects()).hasSize(1);
        assertThat(interrupted).isFalse();
    }

    @Test
    void interruptsBlockingWorkOfACallback() throws Exception {
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CompletableFuture<Void> result =
                start(loop, event -> Blocking.run(() -> interrupted.complete(waitsUntilInterrupted())));

        deliverFirst(new Note("a"));
        connection.deliver(new Last("left"));

        assertThat(interrupted.get(5, SECONDS)).isTrue();
        result.get(5, SECONDS);
        assertThat(callbacks.calls()).containsExactly("a", "disconnect left");
    }

    @Test
    @DisplayName("P2: disconnect runs once when the transport closes before the last event while 64 events wait")
    void disconnectsWhenTheTransportClosesBeforeTheLastEvent() throws Exception {
        CompletableFuture<Void> busy = new CompletableFuture<>();
        CompletableFuture<Void> result = start(loop, event -> event.equals(new Note("n0")) ? busy : Stages.done());
        connection.deliver(
                IntStream.range(0, 100).mapToObj(i -> new Note("n" + i)).toArray(Event[]::new));
        connection.deliver(new Last("left"));
        runLoop();

        connection.closeTransport();
        runLoop();
        busy.complete(null);
        result.get(5, SECONDS);

        assertThat(callbacks.calls()).hasSize(101).startsWith("n0", "n1").endsWith("n99", "disconnect left");
    }

    @Test
    @DisplayName("P2: disconnect runs once when the last event never arrives after the transport closed")
    void disconnectsWhenTheLastEventNeverArrives() throws Exception {
        CompletableFuture<Void> result = start(loop, event -> Stages.done());
        connection.deliver(new Note("a"));
        runLoop();

        connection.closeTransport();
        result.get(5, SECONDS);
        connection.deliver(new Last("late"));
        runLoop();

        assertThat(callbacks.calls())
                .containsExactly(
                        "a",
                        "disconnect aborted: the transport is closed, and the connection's last event did not come in"
                                + " time");
    }

    @Test
    @DisplayName("P2: a connection whose transport closes before any event has no disconnect")
    void doesNotDisconnectWhenTheTransportClosesBeforeAnyEvent() throws Exception {
        CompletableFuture<Void> result = start(loop, event -> Stages.done());

        connection.closeTransport();
        result.get(5, SECONDS);

        assertThat(callbacks.calls()).isEmpty();
    }

    @Test
    @DisplayName("P2: a disconnect hook that never ends does not keep the connection open")
    void abandonsADisconnectThatNeverEnds() throws Exception {
        callbacks.onDisconnect = why -> new CompletableFuture<>();
        CompletableFuture<Void> result = start(loop, event -> Stages.done());

        leaveDuringFirstCallback(result);

        assertThat(callbacks.disconnects()).containsExactly("left");
        assertThat(log.messages(Level.WARN)).singleElement().asString().contains("busy with disconnect");
    }

    @Test
    @DisplayName("P2: a disconnect hook that blocks is interrupted")
    void interruptsABlockingDisconnect() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        callbacks.onDisconnect = why -> {
            interrupted.set(waitsUntilInterrupted());
            return Stages.done();
        };
        CompletableFuture<Void> result = start(workers, event -> Stages.done());

        leaveDuringFirstCallback(result);

        assertThat(interrupted).isTrue();
        assertThat(callbacks.disconnects()).containsExactly("left");
    }

    @Test
    @DisplayName("P2: disconnect has its own close timeout after a callback has used up the first")
    void disconnectHasItsOwnTimeout() throws Exception {
        CompletableFuture<Void> clearedUp = new CompletableFuture<>();
        callbacks.onDisconnect = why -> {
            loop.execute(() -> clearedUp.complete(null));
            return clearedUp;
        };
        CompletableFuture<Void> result = start(loop, event -> new CompletableFuture<>());

        leaveDuringFirstCallback(result);

        assertThat(clearedUp).isCompleted();
        assertThat(log.messages(Level.WARN)).singleElement().asString().contains("busy with note");
    }

    @Test
    @DisplayName(
            "P4: a callback that waits for a peer that still reads is neither interrupted nor logged after its last"
                    + " event")
    void doesNotInterruptACallbackThatWaitsForThePeer() throws Exception {
        CompletableFuture<Void> download = new CompletableFuture<>();
        CompletableFuture<Void> result = startSending(download);
        CompletableFuture<Void> later = new CompletableFuture<>(); // several close time-outs later
        loop.schedule(() -> later.complete(null), 10 * CLOSE_TIMEOUT.toMillis(), MILLISECONDS);
        later.get(5, SECONDS);

        assertThat(result).isNotDone();
        assertThat(log.messages(Level.WARN)).isEmpty();
        download.complete(null);
        result.get(5, SECONDS);
        assertThat(callbacks.calls()).containsExactly("a", "disconnect complete");
    }

    @Test
    @DisplayName("P2: a callback that waits for a peer is interrupted when the transport is closed")
    void interruptsACallbackWhoseTransportIsClosed() throws Exception {
        CompletableFuture<Void> result = startSending(new CompletableFuture<>());

        connection.closeTransport();
        result.get(5, SECONDS);

        assertThat(callbacks.disconnects()).containsExactly("complete");
    }

    @Test
    @DisplayName("P2: disconnect runs although the connection's executor was shut down")
    void disconnectsWithoutItsEventLoop() throws Exception {
        CompletableFuture<Void> result = start(workers, event -> new CompletableFuture<>());
        deliverFirst(new Note("a"));

        loop.close();
        connection.deliver(new Last("left"));

        result.get(5, SECONDS);
        assertThat(callbacks.disconnects()).containsExactly("left");
    }

    private CompletableFuture<Void> start(Executor executor, Function<Event, CompletionStage<Void>> onEvent) {
        return start(executor, onEvent, new AtomicReference<>());
    }

    private CompletableFuture<Void> start(
            Executor executor, Function<Event, CompletionStage<Void>> onEvent, AtomicReference<Engine> started) {
        callbacks.groups = Set.of("room");
        callbacks.onEvent = onEvent;
        Scope scope = connection.scope("test", loop).closeTimeout(CLOSE_TIMEOUT).build();
        Engine engine = new Engine(scope, connection, connection, callbacks, executor);
        started.set(engine);
        return engine.run().toCompletableFuture();
    }

    /** Delivers the last event while the callback of the first one runs, and waits for the end. */
    private void leaveDuringFirstCallback(CompletableFuture<Void> result) throws Exception {
        deliverFirst(new Note("a"));
        connection.deliver(new Last("left"));
        result.get(5, SECONDS);
    }

    private void deliverFirst(Note first) {
        connection.deliver(first);
        await().until(() -> callbacks.calls().contains(first.text()));
    }

    /** Starts a blocking callback that sends the connection's last event. Waits until the peer has received it. */
    private CompletableFuture<Void> startSending(CompletableFuture<Void> received) throws Exception {
        connection.onSend(event -> received);
        AtomicReference<Engine> engine = new AtomicReference<>();
        CountDownLatch sending = new CountDownLatch(1);
        CompletableFuture<Void> result = start(
                workers,
                event -> {
                    CompletionStage<Void> sent = engine.get().send(new Last("complete"));
                    sending.countDown();
                    Blocking.await(sent);
                    return Stages.done();
                },
                engine);
        connection.deliver(new Note("a"));
        assertThat(sending.await(5, SECONDS)).isTrue();
        return result;
    }

    /** Waits until the loop has run its pending tasks. */
    private void runLoop() throws Exception {
        loop.submit(() -> {}).get(5, SECONDS);
        loop.submit(() -> {}).get(5, SECONDS);
    }

    private static boolean waitsUntilInterrupted() {
        try {
            return new CountDownLatch(1).await(30, SECONDS);
        } catch (InterruptedException expected) {
            return true;
        }
    }

    private static void waitsUninterruptibly(CountDownLatch release) {
        while (release.getCount() > 0) {
            try {
                release.await();
            } catch (InterruptedException ignored) {
                Thread.onSpinWait(); // ignore the interrupt
            }
        }
    }
}
