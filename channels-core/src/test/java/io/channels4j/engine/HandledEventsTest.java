package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HandledEventsTest {

    private final ManualExecutor loop = new ManualExecutor();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();

    /** The calls to the server's hook, each with the callbacks that had begun. */
    private final List<String> notified = new ArrayList<>();

    private final HandledEvents server = new HandledEvents() {
        @Override
        public void readsAhead() {
            notified.add("reads ahead after " + callbacks.calls());
        }

        @Override
        public void handled() {
            notified.add("handled after " + callbacks.calls());
        }
    };

    private void run() {
        new Engine(
                        connection
                                .scope("test", loop)
                                .with(HandledEvents.KEY, server)
                                .build(),
                        connection,
                        connection,
                        callbacks,
                        loop)
                .run();
        loop.runAll();
    }

    @Test
    void notifiesTheServerAfterTheLastEventAndBeforeDisconnect() {
        CompletableFuture<Void> slow = new CompletableFuture<>();
        callbacks.onEvent = event -> slow;
        connection.deliver(new Note("connect"));
        run();
        connection.deliver(new Last("left"));
        loop.runAll();
        assertThat(notified).containsExactly("reads ahead after []");

        slow.complete(null);
        loop.runAll();

        assertThat(notified).hasSize(2);
        assertThat(notified.get(1)).startsWith("handled after [").doesNotContain("disconnect");
        assertThat(callbacks.calls()).endsWith("disconnect left");
    }

    @Test
    void notifiesTheServerIfNoCallbackHasBegun() {
        connection.deliver(new Last("left"));
        run();

        assertThat(notified).containsExactly("reads ahead after []", "handled after []");
    }
}
