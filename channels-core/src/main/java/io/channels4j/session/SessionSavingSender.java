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
 * Saves the session before the response headers are sent, unless the status is 500 or higher. While the store saves the
 * session, this event and later events wait in order. If saving fails, all waiting events fail and nothing is sent. The
 * application may then send another response.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>on</th><th>next</th></tr>
 * <tr><td>UNSAVED</td><td>an event with the response headers</td><td>SAVING; the event waits for the store</td></tr>
 * <tr><td>UNSAVED</td><td>another event</td><td>UNSAVED; sends it</td></tr>
 * <tr><td>SAVING</td><td>any event</td><td>SAVING; the event waits</td></tr>
 * <tr><td>SAVING</td><td>saved, all waiting events sent</td><td>SAVED</td></tr>
 * <tr><td>SAVING</td><td>saving failed</td><td>UNSAVED; all waiting events fail</td></tr>
 * <tr><td>SAVED</td><td>any event</td><td>SAVED; sends it</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class SessionSavingSender implements Sender {

    private static final int SERVER_ERROR = 500;

    private final Sender sender;
    private final Session session;
    private final Runnable beforeSave;

    /** Guarded by this. */
    private final Queue<WaitingEvent> waiting = new ArrayDeque<>();

    /** Written only while this object's lock is held. */
    private volatile State state = State.UNSAVED;

    private enum State {
        UNSAVED,
        SAVING,
        SAVED
    }

    private record WaitingEvent(Event event, CompletableFuture<Void> sent) {

        WaitingEvent(Event event) {
            this(event, new CompletableFuture<>());
        }
    }

    SessionSavingSender(Sender sender, Session session, Runnable beforeSave) {
        this.sender = sender;
        this.session = session;
        this.beforeSave = beforeSave;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        if (state == State.SAVED) {
            return sender.send(event);
        }
        boolean saves;
        synchronized (this) {
            if (state == State.SAVING) {
                WaitingEvent later = new WaitingEvent(event);
                waiting.add(later);
                return later.sent();
            }
            saves = state == State.UNSAVED && startsResponse(event);
            state = saves ? State.SAVING : state;
        }
        return saves ? saveAndSend(event) : sender.send(event);
    }

    private static boolean startsResponse(Event event) {
        return event instanceof HttpResponseStart
                || event instanceof WebSocketResponseStart
                || event instanceof WebSocketAccept;
    }

    private static boolean isServerError(Event event) {
        return event instanceof HttpResponseStart start && start.status() >= SERVER_ERROR
                || event instanceof WebSocketResponseStart refusal && refusal.status() >= SERVER_ERROR;
    }

    private CompletionStage<Void> saveAndSend(Event event) {
        CompletionStage<Void> saved = isServerError(event) ? Stages.done() : save();
        if (Stages.isDone(saved)) {
            CompletionStage<Void> sent = sender.send(event);
            sendWaiting();
            return sent;
        }
        WaitingEvent first = new WaitingEvent(event);
        saved.whenComplete((nothing, failure) -> {
            if (failure == null) {
                send(first);
                sendWaiting();
            } else {
                failAll(first, Stages.unwrap(failure));
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

    private void sendWaiting() {
        for (WaitingEvent next = nextWaiting(); next != null; next = nextWaiting()) {
            send(next);
        }
    }

    private synchronized @Nullable WaitingEvent nextWaiting() {
        WaitingEvent next = waiting.poll();
        state = next == null ? State.SAVED : state;
        return next;
    }

    private void send(WaitingEvent event) {
        sender.send(event.event())
                .whenComplete((nothing, failure) ->
                        Stages.complete(event.sent(), nothing, failure == null ? null : Stages.unwrap(failure)));
    }

    private void failAll(WaitingEvent first, Throwable failure) {
        Queue<WaitingEvent> later;
        synchronized (this) {
            later = new ArrayDeque<>(waiting);
            waiting.clear();
            state = State.UNSAVED;
        }
        first.sent().completeExceptionally(failure);
        later.forEach(event -> event.sent().completeExceptionally(failure));
    }
}
