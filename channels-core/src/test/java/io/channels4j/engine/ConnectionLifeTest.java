package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Disconnect;
import io.channels4j.Scope;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionLifeTest {

    private final ManualTimers loop = new ManualTimers();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
    private final ScriptedConnection connection = new ScriptedConnection();
    private final Scope scope = connection.scope("test", loop).build();
    private final Engine engine = new Engine(scope, connection, connection, callbacks, loop);
    private final ConnectionLife life =
            new ConnectionLife(scope, callbacks, new ConnectionWork(scope, new ManualExecutor(), engine));
    private final CompletableFuture<Void> result = life.result().toCompletableFuture();

    @AfterEach
    void close() {
        loop.shutdownNow();
    }

    @Test
    @DisplayName("P2: a timeout that expires just as disconnect starts leaves disconnect its own timeout")
    void keepsTheTimeoutOfDisconnectWhenTheFirstExpires() {
        callbacks.onDisconnect = why -> new CompletableFuture<>();
        life.begin();
        life.end(Disconnect.of("left"), null, true);
        life.startClock();
        loop.expireWhenCancelled();

        life.disconnect();
        assertThat(callbacks.disconnects()).containsExactly("left");
        assertThat(result).isNotDone();

        loop.expire();
        assertThat(result).isCompleted();
        assertThat(callbacks.disconnects()).containsExactly("left");
    }

    @Test
    @DisplayName("P2: a connection completed without a callback calls none later")
    void startsNoCallbackAfterCompletion() {
        life.end(Disconnect.of("left"), null, true);
        life.abandonCallback();

        assertThat(life.begin()).isFalse();
        assertThat(result).isCompleted();
        assertThat(callbacks.disconnects()).isEmpty();
    }
}
