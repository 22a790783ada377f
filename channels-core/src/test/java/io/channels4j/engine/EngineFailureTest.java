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

/** What users' code gets wrong does not keep the engine from telling the end. */
class EngineFailureTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final Engine engine =
            new Engine(connection.scope("test", loop).build(), connection, connection, callbacks, loop);
    private CompletableFuture<Void> result = new CompletableFuture<>();

    @Test
    @DisplayName("P2: a callback that returns no stage fails like any other, and disconnect runs once")
    void aCallbackThatReturnsNullIsAFailure() {
        open();
        callbacks.onEvent = event -> null;

        connection.give(new Note("a"));
        loop.runAll();
        connection.give(new Last("left"));
        loop.runAll();

        assertThat(callbacks.calls())
                .containsExactly(
                        "connect",
                        "a",
                        "error a callback returned null (expected: a stage) during note",
                        "disconnect aborted: a callback returned null (expected: a stage)");
        assertThat(result).isCompletedExceptionally();
    }

    @Test
    void aForgivenNullGoesOnWithTheNextEvent() {
        open();
        callbacks.onError = ScriptedCallbacks.CARRY_ON;
        callbacks.onEvent = event -> event.equals(new Note("a")) ? null : Stages.done();

        connection.give(new Note("a"), new Note("b"));
        loop.runAll();

        assertThat(callbacks.calls()).last().isEqualTo("b");
    }

    @Test
    @DisplayName("P2: disconnect that returns no stage is told once and logged")
    void aDisconnectThatReturnsNullIsLogged() {
        open();
        callbacks.onDisconnect = why -> null;

        try (CapturedLog log = CapturedLog.of("io.channels4j.consumer")) {
            connection.give(new Last("left"));
            loop.runAll();

            assertThat(log.messages(Level.ERROR)).hasSize(1);
        }
        assertThat(callbacks.disconnects()).containsExactly("left");
        assertThat(result).isCompleted();
    }

    @Test
    @DisplayName("P2: disconnect runs once when the sender throws at the farewell")
    void aSenderThatThrowsAtTheFarewell() {
        open();
        callbacks.notice = new Last("sorry");
        callbacks.onEvent = event -> CompletableFuture.failedFuture(new IllegalStateException("no"));
        connection.answerSends(event -> {
            throw new IllegalStateException("sender");
        });

        connection.give(new Note("a"));
        loop.runAll();

        assertThat(callbacks.disconnects()).containsExactly("aborted: no");
        assertThat(result).isCompletedExceptionally();
    }

    @Test
    @DisplayName("P2: disconnect runs once after the sender threw at a broadcast")
    void aSenderThatThrowsAtABroadcast() {
        open();
        connection.answerSends(event -> {
            throw new IllegalStateException("sender");
        });

        layer.groupSend("room", Broadcast.text("hi"));
        loop.runAll();
        connection.give(new Last("left"));
        loop.runAll();

        assertThat(callbacks.calls()).containsExactly("connect", "disconnect left");
    }

    @Test
    @DisplayName("P2: disconnect runs once when the protocol's own code throws in the mailbox's turn")
    void aProtocolThatThrows() {
        open();
        AtomicBoolean asked = new AtomicBoolean();
        callbacks.onBroadcast = broadcast -> {
            if (asked.getAndSet(true)) {
                throw new IllegalStateException("protocol");
            }
            return new Note("hi");
        };
        CompletableFuture<Void> handled = new CompletableFuture<>();
        callbacks.onMessage = message -> handled;

        layer.groupSend("room", Message.of("m1"));
        layer.groupSend("room", Broadcast.text("hi"));
        loop.runAll();
        handled.complete(null); // the broadcast has its turn now
        loop.runAll();
        connection.give(new Last("left"));
        loop.runAll();

        assertThat(callbacks.disconnects()).containsExactly("aborted: protocol");
        assertThat(result).isCompletedExceptionally();
    }

    @Test
    @DisplayName("P2: when a group cannot be joined neither the first callback nor disconnect runs")
    void aJoinThatFails() {
        callbacks.layer = layer;
        callbacks.groups = Set.of("room", "bad\nname");
        result = engine.run().toCompletableFuture();

        connection.give(new Note("connect"), new Note("a"));
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
        connection.give(new Note("connect"));
        loop.runAll();
    }
}
