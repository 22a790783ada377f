package io.channels4j.engine;

import io.channels4j.Scope;
import io.channels4j.engine.timer.Timers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The close time-out of one connection. It applies once to the callbacks in progress when the connection ends, and once to {@code
 * disconnect}.
 *
 * <p>It does not expire while the transport is open and the peer has not yet received everything sent to it. The
 * callback may then be waiting for the peer. The server ends connections whose peers make no progress.
 *
 * <p>When the time-out expires, the threads that work for the connection are interrupted. The callback is abandoned if
 * there are no such threads, or if it has not completed one second later. A timer exists only from the end of a
 * connection until its last callback completes.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class CloseClock {

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final Scope scope;
    private final ConnectionLife life;
    private final ConnectionWork work;

    private @Nullable Future<?> timer;

    CloseClock(Scope scope, ConnectionLife life, ConnectionWork work) {
        this.scope = scope;
        this.life = life;
        this.work = work;
    }

    /** Starts the time-out unless it is already running. */
    synchronized void start() {
        if (timer == null && !life.isComplete()) {
            boolean ofDisconnect = life.isDisconnecting();
            timer = schedule(scope.closeTimeout(), () -> expired(ofDisconnect));
        }
    }

    synchronized void restart() {
        work.resume();
        stop();
        start();
    }

    synchronized void stop() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private Future<?> schedule(Duration delay, Runnable task) {
        return Timers.schedule(delay, scope.executor(), task);
    }

    private void expired(boolean ofDisconnect) {
        List<Thread> interrupted;
        synchronized (this) {
            if (isOutdated(ofDisconnect)) {
                return;
            }
            if (work.waitsForPeer() && !isTransportClosed()) {
                timer = schedule(scope.closeTimeout(), () -> expired(ofDisconnect));
                return;
            }
            interrupted = work.threads();
        }
        EngineLog.overdue(scope, life, interrupted); // before the interrupt changes the stacks
        synchronized (this) {
            if (isOutdated(ofDisconnect)) {
                return;
            }
            if (work.interrupt()) {
                timer = schedule(GRACE, () -> abandon(ofDisconnect));
                return;
            }
        }
        abandon(ofDisconnect);
    }

    /** Returns true if the callback for which the timer was started is done. {@code disconnect} has its own time-out. */
    private boolean isOutdated(boolean ofDisconnect) {
        return life.isComplete() || life.isDisconnecting() && !ofDisconnect;
    }

    private boolean isTransportClosed() {
        return scope.closed().toCompletableFuture().isDone();
    }

    private void abandon(boolean ofDisconnect) {
        if (ofDisconnect) {
            life.complete();
        } else {
            life.abandonCallback();
        }
    }
}
