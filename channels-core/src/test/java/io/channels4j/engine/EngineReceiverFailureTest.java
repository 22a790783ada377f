package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests receivers and senders that middleware wraps incorrectly. */
class EngineReceiverFailureTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
    private final CompletableFuture<Event> first = new CompletableFuture<>();
    private final Queue<Supplier<CompletionStage<Event>>> results = new ArrayDeque<>();
    private final Receiver receiver = () -> results.remove().get();

    @Test
    @DisplayName("P2: disconnect runs once when a receiver throws after the first event")
    void disconnectsWhenTheReceiverThrows() {
        CompletableFuture<Void> result = connectThenReceive(() -> {
            throw new IllegalStateException("broken");
        });

        assertThat(callbacks.calls()).containsExactly("connect", "disconnect aborted: broken");
        assertThat(result).isCompletedExceptionally();
    }

    @Test
    @DisplayName("P2: disconnect runs once when a receiver returns null")
    void disconnectsWhenTheReceiverReturnsNull() {
        connectThenReceive(() -> null);

        assertThat(callbacks.calls())
                .containsExactly(
                        "connect", "disconnect aborted: receive: the receiver returned null (expected: a stage)");
    }

    @Test
    @DisplayName("P2: disconnect runs once when a receiver's stage completes with null")
    void disconnectsWhenTheReceiverCompletesWithNull() {
        connectThenReceive(() -> CompletableFuture.completedFuture(null));

        assertThat(callbacks.calls()).containsExactly("connect", "disconnect aborted: receive: no event");
    }

    @Test
    void sendFailsWhenTheSenderReturnsNull() {
        connection.onSend(event -> null);
        Engine engine = engine(connection);

        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() -> engine.send(new Note("a")))
                .withMessage("send: a sender returned null (expected: a stage)");
        assertThat(callbacks.refused).containsExactly(new Note("a"));
    }

    private CompletableFuture<Void> connectThenReceive(Supplier<CompletionStage<Event>> second) {
        CompletableFuture<Event> pending = new CompletableFuture<>();
        results.add(() -> first);
        results.add(() -> pending);
        results.add(second);
        CompletableFuture<Void> result = engine(receiver).run().toCompletableFuture();
        first.complete(new Note("connect"));
        loop.runAll();
        pending.complete(new Note("dropped, since the connection ends")); // requests the next event
        loop.runAll();
        return result;
    }

    private Engine engine(Receiver events) {
        return new Engine(connection.scope("test", loop).build(), events, connection, callbacks, loop);
    }
}
