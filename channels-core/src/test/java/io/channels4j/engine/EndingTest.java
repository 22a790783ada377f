package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Scope;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EndingTest {

    private final Alarms loop = new Alarms();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
    private final Scope scope = new ScriptedConnection().scope("test", loop).build();

    /** Keeps what was scheduled last, for a test to run when it likes. */
    private static final class Alarms extends ScheduledThreadPoolExecutor {

        private @Nullable Runnable last;

        Alarms() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            last = task;
            return super.schedule(() -> {}, 1, TimeUnit.HOURS);
        }

        void ring() {
            last.run();
        }
    }

    @AfterEach
    void close() {
        loop.shutdownNow();
    }

    @Test
    @DisplayName("P2: a time-out that is up just when disconnect begins leaves disconnect its own time")
    void aTimeoutJustWhenDisconnectBegins() {
        CompletableFuture<Void> clearedUp = new CompletableFuture<>();
        callbacks.onDisconnect = why -> clearedUp;
        Ending<String> ending = new Ending<>(scope, new ManualExecutor(), callbacks, this::ringAndSayYes, () -> null);
        CompletableFuture<Void> result = ending.result().toCompletableFuture();
        ending.begin("left", null, true);
        ending.startClock();

        ending.disconnect();
        assertThat(callbacks.disconnects()).containsExactly("left");
        assertThat(result).isNotDone();

        loop.ring();
        assertThat(result).isCompleted();
        assertThat(callbacks.disconnects()).containsExactly("left");
    }

    /** Asked by {@code disconnect} between its decision to run and the start of its own clock. */
    private boolean ringAndSayYes() {
        loop.ring();
        return true;
    }
}
