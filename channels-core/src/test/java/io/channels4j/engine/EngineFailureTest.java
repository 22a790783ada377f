package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.internal.Stages;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.support.CapturedLog;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests that the engine calls {@code disconnect} even if application code fails. */
class EngineFailureTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final Engine engine =
            new Engine(connection.scope("test", loop).build(), connection, connection, callbacks, loop);
    private CompletableFuture<Void> result = new CompletableFuture<>();

    @Test
    @DisplayName("P2: a callback that returns null fails, and disconnect runs once")
    void failsWhenACallbackReturnsNull() {
        String forgetful = callbacks.consumerClass().getName() + "." + callbacks.method(new Note("a"))
                + " returned null (expected: a stage)";
        open();
        callbacks.onEvent = event -> null;

        connection.deliver(new Note("a"));
        loop.runAll();
        connection.deliver(new Last("left"));
        loop.runAll();

        assertThat(callbacks.calls())
                .containsExactly(
                        "connect", "a", "error " + forgetful + " during note", "disconnect aborted: " + forgetful);
        assertThat(result).isCompletedExceptionally();
    }

    @Test
    void continuesWhenTheErrorHookAcceptsANull() {
        open();
        callbacks.onError = ScriptedCallbacks.CONTINUE;
        callbacks.onEvent = event -> event.equals(new Note("a")) ? null : Stages.done();

        connection.deliver(new Note("a"), new Note("b"));
        loop.runAll();

        assertThat(callbacks.calls()).last().isEqualTo("b");
    }

    @Test
    @DisplayName("P2: a disconnect that returns null is called once and logged")
    void logsADisconnectThatReturnsNull() {
        open();
        callbacks.onDisconnect = why -> null;

        try (CapturedLog log = CapturedLog.of("io.channels4j.consumer")) {
            connection.deliver(new Last("left"));
            loop.runAll();

            assertThat(log.messages(Level.ERROR)).hasSize(1);
        }
        assertThat(callbacks.disconnects()).containsExactly("left");
        assertThat(result).isCompleted();
    }

    @Test
    @DisplayName("P2: disconnect runs once when the sender throws at the final notice")
    void disconnectsOnceWhenTheSenderThrowsAtTheFinalNotice() {
        open();
        callbacks.notice = new Last("sorry");
        callbacks.onEvent = event -> CompletableFuture.failedFuture(new IllegalStateException("no"));
        connection.onSend(event -> {
            throw new IllegalStateException("sender");
        });

        connection.deliver(new Note("a"));
        loop.runAll();

        assertThat(callbacks.disconnects()).containsExactly("aborted: no");
        assertThat(result).isCompletedExceptionally();
    }

    @Test
    @DisplayName("P2: disconnect runs once after the sender threw at a broadcast")
    void disconnectsOnceWhenTheSenderThrowsAtABroadcast() {
        open();
        connection.onSend(event -> {
            throw new IllegalStateException("sender");
        });

        layer.groupSend("room", Broadcast.text("hi"));
        loop.runAll();
        connection.deliver(new Last("left"));
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("connect", "disconnect left");
    }

    @Test
    @DisplayName("P2: disconnect runs once when the protocol throws while the mailbox is processed")
    void disconnectsOnceWhenTheProtocolThrows() {
        open();
        AtomicBoolean called = new AtomicBoolean();
        callbacks.onBroadcast = broadcast -> {
            if (called.getAndSet(true)) {
                throw new IllegalStateException("protocol");
            }
            return new Note("hi");
        };
        CompletableFuture<Void> handled = new CompletableFuture<>();
        callbacks.onMessage = message -> handled;

        layer.groupSend("room", Message.of("m1"));
        layer.groupSend("room", Broadcast.text("hi"));
        loop.runAll();
        handled.complete(null); // the broadcast can now be processed
        loop.runAll();
        connection.deliver(new Last("left"));
        loop.runAll();

        assertThat(callbacks.disconnects()).containsExactly("aborted: protocol");
        assertThat(result).isCompletedExceptionally();
    }

    @Test
    @DisplayName("P2: when a group cannot be joined, neither the first callback nor disconnect runs")
    void callsNothingWhenJoiningFails() {
        callbacks.layer = layer;
        callbacks.groups = Set.of("room", "bad\nname");
        result = engine.run().toCompletableFuture();

        connection.deliver(new Note("connect"), new Note("a"));
        loop.runAll();

        assertThat(callbacks.calls()).isEmpty();
        assertThat(result).isCompletedExceptionally();
        assertThat(layer.groupCount()).isZero();
        assertThat(layer.channelCount()).isZero();
    }

    private void open() {
        callbacks.layer = layer;
        callbacks.groups = Set.of("room");
        result = engine.run().toCompletableFuture();
        connection.deliver(new Note("connect"));
        loop.runAll();
    }
}
