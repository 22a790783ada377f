package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.support.PartialProxy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Tests connections that end while their groups are still being joined. The end and the first callback occur in every
 * order. The test controls the executor of the callbacks, the timers, and the join.
 */
class EngineRefusalRaceTest {

    private final ManualTimers timers = new ManualTimers();
    private final ManualExecutor worker = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();

    @AfterEach
    void close() {
        timers.shutdownNow();
        layer.close();
    }

    private CompletableFuture<Void> leaveWhileJoining() {
        callbacks.groups = Set.of("room");
        callbacks.layer = PartialProxy.of(ChannelLayer.class, layer, Map.of("groupAdd", () -> joined));
        CompletableFuture<Void> result = new Engine(
                        connection.scope("test", timers).build(), connection, connection, callbacks, worker)
                .run()
                .toCompletableFuture();
        connection.deliver(new Note("connect"));
        worker.runAll();
        connection.deliver(new Last("left"));
        worker.runAll();
        assertThat(timers.isStarted()).isTrue();
        assertThat(callbacks.calls()).isEmpty();
        return result;
    }

    @Test
    @DisplayName("P2: no callback runs if the time-out expires before the groups are joined")
    void timeoutThenJoin() {
        CompletableFuture<Void> result = leaveWhileJoining();

        timers.expire();
        joined.complete(null);
        worker.runAll();

        assertThat(callbacks.calls()).isEmpty();
        assertThat(result).isCompleted();
    }

    @Test
    @DisplayName(
            "P2: no callback runs if the time-out expires after the join, but before the turn of the first callback")
    void joinThenTimeoutThenTurn() {
        CompletableFuture<Void> result = leaveWhileJoining();

        joined.complete(null);
        timers.expire();
        worker.runAll();

        assertThat(callbacks.calls()).isEmpty();
        assertThat(result).isCompleted();
    }

    @Test
    @DisplayName("P2: disconnect runs once if the first callback began before the time-out expires")
    void joinThenTurnThenTimeout() {
        CompletableFuture<Void> result = leaveWhileJoining();

        joined.complete(null);
        worker.runAll();
        assertThat(callbacks.calls()).containsExactly("connect", "disconnect left");
        assertThatCode(timers::expire).doesNotThrowAnyException();
        worker.runAll();

        assertThat(callbacks.disconnects()).containsExactly("left");
        assertThat(result).isCompleted();
    }

    @Test
    @DisplayName("P2: disconnect runs once if the time-out expires during the first callback")
    void timeoutDuringTheFirstCallback() {
        callbacks.onEvent = event -> {
            timers.expire(); // interrupts the callback and starts the grace period
            timers.expire(); // ends the grace period, so that the callback is abandoned
            return Stages.done();
        };
        CompletableFuture<Void> result = leaveWhileJoining();

        joined.complete(null);
        worker.runAll();

        assertThat(Thread.interrupted()).isFalse();
        assertThat(callbacks.calls()).containsExactly("connect", "disconnect left");
        assertThat(result).isCompleted();
    }

    @Test
    @DisplayName("P2: disconnect runs once if the join fails after the peer has left")
    void failedJoinAfterTheEnd() {
        CompletableFuture<Void> result = leaveWhileJoining();

        joined.completeExceptionally(new IllegalStateException("no layer"));
        worker.runAll();

        assertThat(callbacks.calls()).isEmpty();
        assertThat(result).isDone();
    }
}
