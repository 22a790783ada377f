package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Disconnect;
import io.channels4j.Scope;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.fixture.ScriptedConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionLifeTest {

    private final ManualTimers loop = new ManualTimers();
    private final ScriptedCallbacks callbacks = new ScriptedCallbacks();
    private final Scope scope = new ScriptedConnection().scope("test", loop).build();
    private final ConnectionLife life =
            new ConnectionLife(scope, callbacks, new ConnectionWork(scope, new ManualExecutor()));
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

    /** Keeps the most recently scheduled task until the test runs it. */
    private static final class ManualTimers extends ScheduledThreadPoolExecutor {

        private @Nullable Runnable last;
        private boolean expiresWhenCancelled;

        ManualTimers() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            last = task;
            return new ManualTimer();
        }

        void expire() {
            last.run();
        }

        /** Makes the next timer that is cancelled expire just before its cancellation. */
        void expireWhenCancelled() {
            expiresWhenCancelled = true;
        }

        private final class ManualTimer extends CompletableFuture<Void> implements ScheduledFuture<Void> {

            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                if (expiresWhenCancelled) {
                    expiresWhenCancelled = false;
                    expire();
                }
                return super.cancel(mayInterruptIfRunning);
            }

            @Override
            public long getDelay(TimeUnit unit) {
                return 0;
            }

            @Override
            public int compareTo(Delayed other) {
                return 0;
            }
        }
    }
}
