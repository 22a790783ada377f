package io.channels4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Scope;
import io.channels4j.concurrent.BlockingExecutor;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.internal.Stages;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineInterruptTest {

    private final TestEventLoop loop = new TestEventLoop();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
    private final AtomicBoolean inherited = new AtomicBoolean();

    @AfterEach
    void close() {
        loop.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nextCallbackDoesNotInheritAnInterrupt(boolean blocking) throws Exception {
        callbacks.onEvent = event -> {
            inherited.compareAndSet(false, Thread.currentThread().isInterrupted());
            Thread.currentThread().interrupt();
            return Stages.done();
        };

        run(blocking ? BlockingExecutor.pooled("test-worker", 1) : loop);

        assertThat(callbacks.calls()).containsExactly("a", "b", "c", "disconnect left");
        assertThat(inherited).isFalse();
    }

    @Test
    void errorHookDoesNotInheritAnInterrupt() throws Exception {
        callbacks.onEvent = event -> {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted");
        };
        callbacks.onError = failure -> {
            inherited.compareAndSet(false, Thread.currentThread().isInterrupted());
            return Stages.done();
        };

        run(BlockingExecutor.pooled("test-worker", 1));

        assertThat(inherited).isFalse();
    }

    @Test
    void disconnectLeavesNoInterruptOnTheEventLoop() throws Exception {
        callbacks.onDisconnect = why -> {
            Thread.currentThread().interrupt();
            return Stages.done();
        };

        run(loop);

        assertThat(loop.submit(() -> Thread.currentThread().isInterrupted()).get(5, SECONDS))
                .isFalse();
    }

    private void run(Executor executor) throws Exception {
        connection.deliver(new Note("a"), new Note("b"), new Note("c"));
        Scope scope = connection.scope("test", loop).build();
        CompletableFuture<Void> result = new Engine(scope, connection, connection, callbacks, executor)
                .run()
                .toCompletableFuture();
        await().until(() -> callbacks.calls().contains("c"));
        connection.deliver(new Last("left"));
        result.get(5, SECONDS);
    }
}
