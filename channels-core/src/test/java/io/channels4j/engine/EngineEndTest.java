package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Message;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.internal.Stages;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.support.CapturedLog;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EngineEndTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final Engine engine =
            new Engine(connection.scope("test", loop).build(), connection, connection, callbacks, loop);
    private CompletableFuture<Void> result = new CompletableFuture<>();

    @Test
    @DisplayName("P2: disconnect runs once, after all events, when the last event arrives")
    void disconnectRunsOnceAfterAllEvents() {
        open();

        connection.deliver(new Note("a"), new Note("b"), new Last("left"));
        loop.runAll();
        connection.closeTransport();
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("connect", "a", "b", "disconnect left");
        assertThat(result).isCompleted();
    }

    @Test
    @DisplayName("P2: disconnect runs once when a callback fails, and the failure is the result")
    void disconnectRunsOnceWhenACallbackFails() {
        IllegalStateException failure = new IllegalStateException("no");
        callbacks.notice = new Last("sorry");
        open();
        callbacks.onEvent = event -> {
            throw failure;
        };

        connection.deliver(new Note("a"), new Note("b"));
        loop.runAll();
        connection.deliver(new Last("left"));
        connection.closeTransport();
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("connect", "a", "error no during note", "disconnect aborted: no");
        assertThat(connection.sent()).containsExactly(new Last("sorry"));
        assertThat(result).isCompletedExceptionally();
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> result.get())
                .withCause(failure);
    }

    @Test
    @DisplayName("P2: disconnect runs once when the error hook fails, with the failure of the hook")
    void disconnectRunsOnceWhenTheErrorHookFails() {
        open();
        callbacks.onEvent = event -> CompletableFuture.failedFuture(new IllegalStateException("no"));
        callbacks.onError = failure -> {
            throw new IllegalStateException("hook");
        };

        connection.deliver(new Note("a"));
        loop.runAll();

        assertThat(callbacks.disconnects()).containsExactly("aborted: hook");
    }

    @Test
    @DisplayName("P2: disconnect runs once when an event that was sent completes the connection")
    void disconnectRunsOnceWhenTheApplicationCompletes() {
        open();

        engine.send(new Last("complete"));
        connection.deliver(new Note("late"), new Last("left"));
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("connect", "disconnect complete");
        assertThat(result).isCompleted();
    }

    @Test
    @DisplayName("P2: disconnect runs once when an event that was handled ends the connection")
    void disconnectRunsOnceWhenTheFinalEventIsHandled() {
        open();

        connection.deliver(new Note("final"), new Note("late"));
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("connect", "final", "disconnect handled");
        assertThat(result).isCompleted();
    }

    @Test
    @DisplayName("P2: disconnect runs once when the receiver fails")
    void disconnectRunsOnceWhenTheReceiverFails() {
        open();

        connection.failReceiver(new IllegalStateException("broken"));
        loop.runAll();

        assertThat(callbacks.disconnects()).containsExactly("aborted: broken");
        assertThat(result).isCompletedExceptionally();
    }

    @Test
    @DisplayName("P2: disconnect waits for the running callback")
    void disconnectWaitsForTheRunningCallback() {
        CompletableFuture<Void> busy = new CompletableFuture<>();
        open();
        callbacks.onEvent = event -> busy;
        connection.deliver(new Note("a"), new Last("left"));
        loop.runAll();
        assertThat(callbacks.disconnects()).isEmpty();

        busy.complete(null);
        loop.runAll();

        assertThat(callbacks.disconnects()).containsExactly("left");
    }

    @Test
    @DisplayName("P2: a connection that ends before its first callback has no disconnect")
    void doesNotDisconnectBeforeTheFirstCallback() {
        CompletableFuture<Void> ended = engine.run().toCompletableFuture();

        connection.deliver(new Last("left"));
        loop.runAll();

        assertThat(callbacks.calls()).isEmpty();
        assertThat(ended).isCompleted();
    }

    @Test
    @DisplayName("P2: groups are left before disconnect runs")
    void leavesGroupsBeforeDisconnect() {
        open();
        callbacks.onDisconnect = why -> {
            assertThat(layer.groupCount()).isZero();
            return Stages.done();
        };

        connection.deliver(new Last("left"));
        loop.runAll();

        assertThat(callbacks.disconnects()).hasSize(1);
        assertThat(layer.channelCount()).isZero();
        assertThat(result).isCompleted();
    }

    @Test
    @DisplayName("P2: groups are left when the transport closes, even while a callback runs")
    void leavesGroupsWhenTheTransportCloses() {
        open();
        callbacks.onEvent = event -> new CompletableFuture<>();
        connection.deliver(new Note("a"));
        loop.runAll();

        connection.closeTransport();

        assertThat(layer.groupCount()).isZero();
    }

    @Test
    @DisplayName("P2: groups are left when the application closes, before the peer has answered")
    void leavesGroupsWhenTheApplicationCloses() {
        open();

        engine.send(new Last("closing"));

        assertThat(layer.groupCount()).isZero();
        assertThat(callbacks.disconnects()).isEmpty();
    }

    @Test
    void keepsGroupsWhenACloseIsRejected() {
        open();
        connection.onSend(event -> CompletableFuture.failedFuture(new IllegalStateException("not now")));

        engine.send(new Last("closing"));

        assertThat(layer.groupSize("room")).isEqualTo(1);
        assertThat(callbacks.refused).containsExactly(new Last("closing"));
    }

    @Test
    void callsNothingAfterDisconnect() {
        open();
        String channel = engine.channel();
        connection.deliver(new Last("left"));
        loop.runAll();

        connection.deliver(new Note("late"));
        layer.send(channel, Message.of("late"));
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("connect", "disconnect left");
    }

    @Test
    void rejectsJoiningAfterTheEnd() {
        open();
        connection.deliver(new Last("left"));
        loop.runAll();

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> engine.join("other").toCompletableFuture().get())
                .withCauseInstanceOf(ConnectionClosedException.class);
        assertThat(layer.groupCount()).isZero();
    }

    @Test
    void logsAFailureOfDisconnect() {
        open();
        callbacks.onDisconnect = why -> {
            throw new IllegalStateException("hook");
        };
        try (CapturedLog log = CapturedLog.of("io.channels4j.consumer")) {
            connection.deliver(new Last("left"));
            loop.runAll();

            assertThat(log.messages(Level.ERROR))
                    .singleElement()
                    .asString()
                    .endsWith("ScriptedCallbacks.disconnect failed");
        }
        assertThat(result).isCompleted();
    }

    @Test
    void completesTheResultAfterDisconnect() {
        CompletableFuture<Void> clearedUp = new CompletableFuture<>();
        open();
        callbacks.onDisconnect = why -> clearedUp;
        connection.deliver(new Last("left"));
        loop.runAll();
        assertThat(result).isNotDone();

        clearedUp.complete(null);

        assertThat(result).isCompleted();
    }

    private void open() {
        callbacks.layer = layer;
        callbacks.groups = Set.of("room");
        result = engine.run().toCompletableFuture();
        connection.deliver(new Note("connect"));
        loop.runAll();
        assertThat(layer.groupSize("room")).isEqualTo(1);
    }
}
