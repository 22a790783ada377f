package io.channels4j.server;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.internal.Stages;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The one call of an application for the lifespan: two events in, two events out. Thread-safe. */
final class LifespanCall implements Receiver, Sender {

    private final CompletableFuture<Void> closed;

    /** Completes with whether the application takes part. */
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();

    private final CompletableFuture<Event> shutdown = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    /** Guarded by this, as all below. */
    private State state = State.STARTING;

    private int asked;
    private @Nullable Executor home;

    private enum State {
        STARTING,
        STARTED,
        STOPPING,
        OVER
    }

    LifespanCall(CompletableFuture<Void> closed) {
        this.closed = closed;
    }

    CompletableFuture<Boolean> started() {
        return started;
    }

    CompletableFuture<Void> stopped() {
        return stopped;
    }

    void run(Application application, Scope scope) {
        synchronized (this) {
            home = scope.executor();
        }
        CompletionStage<Void> stage;
        try {
            stage = application.handle(scope, this, this);
        } catch (Throwable e) {
            ended(e);
            return;
        }
        stage.whenComplete((nothing, failure) -> ended(failure));
    }

    void stop() {
        Executor executor;
        synchronized (this) {
            executor = home;
            if (state != State.STARTED || executor == null) {
                return;
            }
            state = State.STOPPING;
        }
        executor.execute(() -> shutdown.complete(new LifespanShutdown()));
    }

    /** Nothing more is expected of the application. */
    @SuppressWarnings("NullAway") // the only value of Void is null
    void over() {
        synchronized (this) {
            state = State.OVER;
        }
        stopped.complete(null);
        closed.complete(null);
    }

    @Override
    public synchronized CompletionStage<Event> receive() {
        asked++;
        return switch (asked) {
            case 1 -> CompletableFuture.completedFuture(new LifespanStartup());
            case 2 -> shutdown;
            default -> new CompletableFuture<>();
        };
    }

    /** Tells whether the application has taken its first event for one of another protocol, as far as that can be seen. */
    synchronized boolean asksWithoutAnswer() {
        return state == State.STARTING && asked > 1;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        State before = advance(event);
        if (before == null) {
            return CompletableFuture.failedFuture(misplaced(event));
        }
        if (event instanceof LifespanStartupComplete) {
            started.complete(true);
        } else if (event instanceof LifespanStartupFailed failed) {
            started.completeExceptionally(new ChannelsException(
                    "lifespan: the application cannot start: " + failed.message(), failed.failure()));
        } else {
            if (event instanceof LifespanShutdownFailed failed) {
                Lifespan.stopFailed(failed.message(), failed.failure());
            }
            over();
        }
        return Stages.done();
    }

    /** Notes what the application said; returns the state before, or null when the event has no place in it. */
    private synchronized @Nullable State advance(Event event) {
        State before = state;
        boolean starting = before == State.STARTING;
        boolean stopping = before == State.STOPPING;
        if (starting && event instanceof LifespanStartupComplete) {
            state = State.STARTED;
        } else if (starting && event instanceof LifespanStartupFailed
                || stopping && (event instanceof LifespanShutdownComplete || event instanceof LifespanShutdownFailed)) {
            state = State.OVER;
        } else {
            return null;
        }
        return before;
    }

    private synchronized ChannelsException misplaced(Event event) {
        String expected = switch (state) {
            case STARTING -> "lifespan.startup.complete or lifespan.startup.failed";
            case STOPPING -> "lifespan.shutdown.complete or lifespan.shutdown.failed";
            case STARTED, OVER -> "nothing";
        };
        return new ChannelsException("send %s: the lifespan is %s (expected: %s); nothing was sent"
                .formatted(event.type(), state.name().toLowerCase(java.util.Locale.ROOT), expected));
    }

    private void ended(@Nullable Throwable wrapped) {
        Throwable failure = wrapped == null ? null : Stages.unwrap(wrapped);
        State before;
        synchronized (this) {
            before = state;
        }
        switch (before) {
            case STARTING -> {
                Lifespan.doesNotTakePart(failure);
                over();
                started.complete(false);
            }
            case STARTED -> {
                if (failure != null) {
                    Lifespan.failedBetween(failure);
                }
                over();
            }
            case STOPPING -> {
                if (failure != null) {
                    Lifespan.stopFailed(String.valueOf(failure.getMessage()), failure);
                }
                over();
            }
            case OVER -> {
                // it has said all that counts
            }
        }
    }
}
