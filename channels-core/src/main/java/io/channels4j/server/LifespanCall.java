package io.channels4j.server;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.engine.NullChecks;
import io.channels4j.internal.Stages;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The single lifespan call to an application. The application receives two events and sends two.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>on</th><th>next</th></tr>
 * <tr><td>STARTING</td><td>startup.complete</td><td>STARTED</td></tr>
 * <tr><td>STARTING</td><td>startup.failed</td><td>OVER; the start fails</td></tr>
 * <tr><td>STARTING</td><td>the application ends</td><td>OVER; the protocol is not supported</td></tr>
 * <tr><td>STARTED</td><td>{@link #stop}</td><td>STOPPING; sends shutdown to the application</td></tr>
 * <tr><td>STARTED, STOPPING</td><td>the application ends</td><td>OVER; logs its failure</td></tr>
 * <tr><td>STOPPING</td><td>shutdown.complete, shutdown.failed</td><td>OVER; logs the failure</td></tr>
 * <tr><td>any</td><td>{@link #close}</td><td>OVER</td></tr>
 * </table>
 *
 * <p>Sending any other event fails with {@link ChannelsException}. Thread-safe.
 */
final class LifespanCall implements Receiver, Sender {

    private final CompletableFuture<Void> closed;

    /** Completes with true if the application supports the protocol. */
    private final CompletableFuture<Boolean> started = new CompletableFuture<>();

    private final CompletableFuture<Event> shutdown = new CompletableFuture<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();
    private final AtomicReference<State> state = new AtomicReference<>(State.STARTING);
    private final AtomicInteger receives = new AtomicInteger();
    private volatile @Nullable Executor executor;

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
        executor = scope.executor();
        CompletionStage<Void> stage;
        try {
            stage = NullChecks.handle(application, scope, this, this);
        } catch (Throwable e) {
            ended(e);
            return;
        }
        stage.whenComplete((nothing, failure) -> ended(failure));
    }

    void stop() {
        Executor current = executor;
        if (current != null && state.compareAndSet(State.STARTED, State.STOPPING)) {
            current.execute(() -> shutdown.complete(new LifespanShutdown()));
        }
    }

    /** Ends the call without waiting for the application any longer. */
    void close() {
        state.set(State.OVER);
        stopped.complete(Stages.NOTHING);
        closed.complete(Stages.NOTHING);
    }

    @Override
    public CompletionStage<Event> receive() {
        return switch (receives.incrementAndGet()) {
            case 1 -> CompletableFuture.completedFuture(new LifespanStartup());
            case 2 -> shutdown;
            default -> new CompletableFuture<>();
        };
    }

    /**
     * Returns true if the application has requested a second event without responding to the first one. It probably
     * ignores the scope's type.
     */
    boolean isReceivingUnanswered() {
        return receives.get() > 1 && state.get() == State.STARTING;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        if (event instanceof LifespanStartupComplete && state.compareAndSet(State.STARTING, State.STARTED)) {
            started.complete(true);
        } else if (event instanceof LifespanStartupFailed failed && state.compareAndSet(State.STARTING, State.OVER)) {
            started.completeExceptionally(new ChannelsException(
                    "lifespan: the application cannot start: " + failed.message(), failed.failure()));
        } else if (event instanceof LifespanShutdownComplete && state.compareAndSet(State.STOPPING, State.OVER)) {
            close();
        } else if (event instanceof LifespanShutdownFailed failed && state.compareAndSet(State.STOPPING, State.OVER)) {
            Lifespan.stopFailed(failed.message(), failed.failure());
            close();
        } else {
            return CompletableFuture.failedFuture(misplaced(event));
        }
        return Stages.done();
    }

    private ChannelsException misplaced(Event event) {
        State current = Objects.requireNonNull(state.get());
        String expected = switch (current) {
            case STARTING -> "lifespan.startup.complete or lifespan.startup.failed";
            case STOPPING -> "lifespan.shutdown.complete or lifespan.shutdown.failed";
            case STARTED, OVER -> "nothing";
        };
        return new ChannelsException("send %s: the lifespan is %s (expected: %s); nothing was sent"
                .formatted(event.type(), current.name().toLowerCase(Locale.ROOT), expected));
    }

    private void ended(@Nullable Throwable wrapped) {
        Throwable failure = wrapped == null ? null : Stages.unwrap(wrapped);
        switch (state.getAndSet(State.OVER)) {
            case STARTING -> {
                Lifespan.notSupported(failure);
                close();
                started.complete(false);
            }
            case STARTED -> {
                if (failure != null) {
                    Lifespan.failedWhileRunning(failure);
                }
                close();
            }
            case STOPPING -> {
                if (failure != null) {
                    Lifespan.stopFailed(String.valueOf(failure.getMessage()), failure);
                }
                close();
            }
            case OVER -> {
                // the application has already responded, or the call was closed
            }
        }
    }
}
