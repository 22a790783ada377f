package io.channels4j.engine.timer;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A timer of one connection.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>state</th><th>started</th><th>time elapsed</th><th>its turn comes</th><th>action completed</th>
 *     <th>cancelled, or the connection ends</th></tr>
 * <tr><td>NEW</td><td>ARMED</td><td></td><td></td><td></td><td>ENDED</td></tr>
 * <tr><td>ARMED</td><td></td><td>DUE</td><td></td><td></td><td>ENDED</td></tr>
 * <tr><td>DUE</td><td></td><td></td><td>RUNNING</td><td></td><td>ENDED</td></tr>
 * <tr><td>RUNNING</td><td></td><td></td><td></td><td>ARMED if periodic, otherwise ENDED</td><td>ENDED</td></tr>
 * </table>
 *
 * <p>A periodic timer is armed again only after its action has completed. Ticks therefore never queue up.
 *
 * <p><b>Threads.</b> Thread-safe. The fields are guarded by the {@link ConnectionTimers}.
 */
public abstract class ConsumerTimer implements Runnable {

    enum State {
        NEW,
        ARMED,
        /** The time has elapsed. The action waits for its turn. */
        DUE,
        RUNNING,
        ENDED
    }

    private final ConnectionTimers timers;

    /** The time between ticks in nanoseconds, or zero for a timer that runs once. */
    final long interval;

    State state = State.NEW;

    /** The time of the next tick, on the clock of the connection's executor. */
    long due;

    @Nullable
    Future<?> armed;

    @Nullable
    ConsumerTimer next;

    @Nullable
    ConsumerTimer previous;

    /**
     * Creates a timer, which {@link ConnectionTimers#start} starts.
     *
     * @param timers the timers of the connection
     * @param interval the time between ticks in nanoseconds, or zero for a timer that runs once
     */
    protected ConsumerTimer(ConnectionTimers timers, long interval) {
        this.timers = timers;
        this.interval = interval;
    }

    /** Runs the action. Called in the consumer's turn. */
    public abstract CompletionStage<?> perform();

    /** Requests a turn for the action. Called on the connection's executor when the time has elapsed. */
    @Override
    public final void run() {
        timers.elapsed(this);
    }

    /** Returns true if the action must run now, because the timer has not been cancelled since its time elapsed. */
    public final boolean begin() {
        return timers.begin(this);
    }

    /** Records that the action has completed. */
    public final void completed() {
        timers.completed(this);
    }

    /** Ends the timer. An action that is running continues. */
    public void cancel() {
        timers.end(this);
    }

    /**
     * Waits until the action neither waits for its turn nor runs. Used by manual clocks only.
     *
     * @param limit how long to wait
     * @throws InterruptedException if the thread is interrupted
     */
    public final void awaitCompletion(Duration limit) throws InterruptedException {
        timers.awaitCompletion(this, limit);
    }
}
