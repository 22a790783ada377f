package io.channels4j.engine.timer;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.internal.Stages;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectionTimersTest {

    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final ScheduledThreadPoolExecutor loop = new ScheduledThreadPoolExecutor(1);
    private final List<TimerTick> ticks = new ArrayList<>();
    private final ConnectionTimers timers = new ConnectionTimers(loop, ticks::add);

    @BeforeEach
    void removeCancelledTasks() {
        loop.setRemoveOnCancelPolicy(true);
    }

    @AfterEach
    void endLoop() {
        loop.shutdownNow();
    }

    private static final class Timer extends ConsumerTimer {

        Timer(ConnectionTimers timers, long interval) {
            super(timers, interval);
        }

        @Override
        public CompletionStage<?> perform() {
            return Stages.done();
        }
    }

    private Timer started(long interval) {
        Timer timer = new Timer(timers, interval);
        timers.start(timer, HOUR);
        return timer;
    }

    @Test
    void anArmedTimerIsOneEntryOfTheLoop() {
        started(0);
        started(HOUR);

        assertThat(loop.getQueue()).hasSize(2);
    }

    @Test
    void cancellingInAnyOrderLeavesNothing() {
        Timer first = started(0);
        Timer second = started(HOUR);
        Timer third = started(0);

        second.cancel();
        second.cancel();
        first.cancel();
        assertThat(loop.getQueue()).hasSize(1);
        third.cancel();
        assertThat(loop.getQueue()).isEmpty();
    }

    @Test
    void closingLeavesNothing() {
        Timer running = started(HOUR);
        running.run();
        loop.getQueue().clear(); // the entry has run
        started(0);
        started(HOUR);
        assertThat(running.begin()).isTrue();

        timers.close();
        running.completed();
        started(HOUR);

        assertThat(loop.getQueue()).isEmpty();
    }

    @Test
    void aPeriodicTimerIsArmedWhenItsActionHasCompleted() {
        Timer timer = started(HOUR);

        timer.run();
        timer.run(); // too late for this tick
        loop.getQueue().clear();
        assertThat(timer.begin()).isTrue();
        assertThat(timer.begin()).isFalse();
        assertThat(loop.getQueue()).isEmpty();
        timer.completed();

        assertThat(ticks).containsExactly(new TimerTick(timer));
        assertThat(loop.getQueue()).hasSize(1);
    }

    @Test
    void aTimerThatIsCancelledWhileItsActionWaitsDoesNotBegin() {
        Timer timer = started(0);

        timer.run();
        timer.cancel();

        assertThat(ticks).hasSize(1);
        assertThat(timer.begin()).isFalse();
    }
}
