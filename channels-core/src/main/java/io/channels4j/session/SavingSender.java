package io.channels4j.session;

import io.channels4j.Event;
import io.channels4j.Sender;
import io.channels4j.Session;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.internal.Stages;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketResponseStart;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Saves the session before the event that has the response's headers goes out. While the store works, that event and those behind
 * it wait, in order; when it fails, all of them fail and nothing was sent, so that the application may answer otherwise.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class SavingSender implements Sender {

    private static final int SERVER_FAILED = 500;

    private final Sender sender;
    private final Session session;
    private final Runnable beforeSave;

    /** Guarded by this. */
    private final Queue<Held> held = new ArrayDeque<>();

    private boolean saving;
    private volatile boolean passing;

    private record Held(Event event, CompletableFuture<Void> sent) {

        void failed(Throwable failure) {
            sent.completeExceptionally(failure);
        }
    }

    SavingSender(Sender sender, Session session, Runnable beforeSave) {
        this.sender = sender;
        this.session = session;
        this.beforeSave = beforeSave;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        if (passing) {
            return sender.send(event);
        }
        Held waiting = null;
        boolean starts = false;
        synchronized (this) {
            if (saving) {
                waiting = new Held(event, new CompletableFuture<>());
                held.add(waiting);
            } else if (!passing) {
                starts = startsResponse(event);
                saving = starts;
            }
        }
        if (waiting != null) {
            return waiting.sent();
        }
        return starts ? start(event) : sender.send(event);
    }

    private static boolean startsResponse(Event event) {
        return event instanceof HttpResponseStart
                || event instanceof WebSocketResponseStart
                || event instanceof WebSocketAccept;
    }

    private static boolean serverFailed(Event event) {
        return event instanceof HttpResponseStart start && start.status() >= SERVER_FAILED
                || event instanceof WebSocketResponseStart refusal && refusal.status() >= SERVER_FAILED;
    }

    private CompletionStage<Void> start(Event event) {
        CompletionStage<Void> saved = serverFailed(event) ? Stages.done() : save();
        if (Stages.isDone(saved)) {
            CompletionStage<Void> sent = sender.send(event);
            release();
            return sent;
        }
        Held first = new Held(event, new CompletableFuture<>());
        saved.whenComplete((nothing, failure) -> {
            if (failure == null) {
                forward(first);
                release();
            } else {
                fail(first, Stages.unwrap(failure));
            }
        });
        return first.sent();
    }

    private CompletionStage<Void> save() {
        try {
            beforeSave.run();
            return session.save();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void release() {
        for (Held next = nextHeld(); next != null; next = nextHeld()) {
            forward(next);
        }
    }

    private synchronized @Nullable Held nextHeld() {
        Held next = held.poll();
        if (next == null) {
            saving = false;
            passing = true;
        }
        return next;
    }

    private void forward(Held event) {
        sender.send(event.event()).whenComplete((nothing, failure) -> {
            if (failure == null) {
                event.sent().complete(nothing);
            } else {
                event.failed(Stages.unwrap(failure));
            }
        });
    }

    private void fail(Held first, Throwable failure) {
        Queue<Held> behind;
        synchronized (this) {
            behind = new ArrayDeque<>(held);
            held.clear();
            saving = false;
        }
        first.failed(failure);
        behind.forEach(event -> event.failed(failure));
    }
}
