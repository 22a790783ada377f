package io.channels4j.auth.connection;

import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.Sender;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.internal.Stages;
import io.channels4j.websocket.CloseStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sends an HTTP response, such as server-sent events, and can end it while it is being streamed. A response sent in one
 * part is never interrupted.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>on</th><th>next</th></tr>
 * <tr><td>INITIAL</td><td>the first of several parts of the body</td><td>STREAMING; runs the streaming action</td></tr>
 * <tr><td>INITIAL, STREAMING</td><td>the last part of the body</td><td>COMPLETE</td></tr>
 * <tr><td>STREAMING</td><td>{@link #revoke}</td><td>REVOKED; sends the last part, later sends fail</td></tr>
 * <tr><td>INITIAL, COMPLETE, REVOKED</td><td>{@link #revoke}</td><td>unchanged</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class RevocableResponse implements Sender {

    private final Sender sender;
    private Runnable streamingAction = () -> {};

    /** Written while holding the lock on this. The reason is written before the state becomes REVOKED. */
    private volatile State state = State.INITIAL;

    private CloseStatus reason = CloseStatus.NORMAL;

    private enum State {
        INITIAL,
        STREAMING,
        COMPLETE,
        REVOKED
    }

    /** Creates a response that passes its events to a sender. */
    public RevocableResponse(Sender sender) {
        this.sender = sender;
    }

    /** Sets the action to run after the first of several parts has been sent. Must be called before anything is sent. */
    public void onStreaming(Runnable action) {
        streamingAction = action;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        if (state == State.REVOKED) {
            return CompletableFuture.failedFuture(
                    new ConnectionClosedException("send: the response was ended (%d %s); nothing was sent"
                            .formatted(reason.code(), reason.reason())));
        }
        boolean startsStream = event instanceof HttpResponseBody part && advance(part);
        CompletionStage<Void> sent = sender.send(event);
        if (startsStream) {
            streamingAction.run();
        }
        return sent;
    }

    /** Returns true if the part is the first of several. */
    private synchronized boolean advance(HttpResponseBody part) {
        if (part.more()) {
            boolean first = state == State.INITIAL;
            state = first ? State.STREAMING : state;
            return first;
        }
        state = state == State.REVOKED ? state : State.COMPLETE;
        return false;
    }

    /** Ends the response if it is being streamed. Completes when the end has been sent. */
    public CompletionStage<Void> revoke(CloseStatus status) {
        synchronized (this) {
            if (state != State.STREAMING) {
                return Stages.done();
            }
            reason = status;
            state = State.REVOKED;
        }
        return sender.send(new HttpResponseBody(new byte[0], false));
    }
}
