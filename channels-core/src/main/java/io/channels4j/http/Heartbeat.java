package io.channels4j.http;

import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.engine.timer.Timers;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Sends comments on an open event stream at intervals. Proxies then do not close the idle connection, and a vanished
 * peer is detected. A timer exists only between {@link #start} and {@link #stop}. No comment is sent while the peer is
 * slow to read.
 *
 * <p><b>Threads.</b> Thread-safe. Comments are sent on the connection's executor.
 */
final class Heartbeat {

    private final Scope scope;
    private final Sender sender;
    private final Duration interval;

    /** Guarded by this, like the following fields. */
    private @Nullable Future<?> timer;

    private boolean stopped;
    private @Nullable CompletionStage<Void> lastBeat;

    Heartbeat(Scope scope, Sender sender, Duration interval) {
        this.scope = scope;
        this.sender = sender;
        this.interval = interval;
    }

    void start() {
        synchronized (this) {
            stopped = false;
        }
        schedule();
        scope.closed().whenComplete((ignored, failure) -> stop());
    }

    void stop() {
        Future<?> running;
        synchronized (this) {
            stopped = true;
            running = timer;
            timer = null;
        }
        if (running != null) {
            running.cancel(false);
        }
    }

    /** Returns whether a timer is running. */
    synchronized boolean ticking() {
        return timer != null && !timer.isDone();
    }

    private synchronized void schedule() {
        if (stopped) {
            return;
        }
        try {
            timer = Timers.after(interval, scope.executor(), this::beat);
        } catch (RejectedExecutionException shutDown) {
            stopped = true;
        }
    }

    private void beat() {
        synchronized (this) {
            if (stopped) {
                return;
            }
        }
        if (lastBeatIsSent()) {
            CompletionStage<Void> sent = sender.send(new HttpResponseBody(EventStream.comment(), true));
            synchronized (this) {
                lastBeat = sent;
            }
        }
        schedule();
    }

    private synchronized boolean lastBeatIsSent() {
        return lastBeat == null || lastBeat.toCompletableFuture().isDone();
    }
}
