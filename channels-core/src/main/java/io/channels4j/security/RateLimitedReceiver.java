package io.channels4j.security;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.Sender;
import io.channels4j.internal.Stages;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketSend;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Passes on a client's messages while the client is within its limits.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>on</th><th>next</th></tr>
 * <tr><td>WITHIN_LIMITS</td><td>an excess message, to drop</td><td>DROPPING; notifies the client</td></tr>
 * <tr><td>DROPPING</td><td>a message within the limits</td><td>WITHIN_LIMITS</td></tr>
 * <tr><td>WITHIN_LIMITS, DROPPING</td><td>an excess message, to close</td><td>CLOSED; closes the connection</td></tr>
 * <tr><td>CLOSED</td><td>any message</td><td>CLOSED; drops it</td></tr>
 * </table>
 *
 * <p>Confined to its connection: events arrive one at a time.
 */
final class RateLimitedReceiver implements Receiver {

    private final Receiver receiver;
    private final Sender sender;
    private final List<Meter> meters;
    private final Function<Duration, String> notice;

    private State state = State.WITHIN_LIMITS;

    private enum State {
        WITHIN_LIMITS,
        DROPPING,
        CLOSED
    }

    /** A limit: its bucket, the number of tokens that a message takes, and the action for messages beyond the limit. */
    record Meter(TokenBucket bucket, ToLongFunction<WebSocketReceive> tokens, RateLimitMiddleware.OnExcess onExcess) {}

    RateLimitedReceiver(Receiver receiver, Sender sender, List<Meter> meters, Function<Duration, String> notice) {
        this.receiver = receiver;
        this.sender = sender;
        this.meters = meters;
        this.notice = notice;
    }

    @Override
    public CompletionStage<Event> receive() {
        CompletionStage<Event> next = receiver.receive();
        while (Stages.isDone(next)) {
            if (passes(next.toCompletableFuture().join())) {
                return next;
            }
            next = receiver.receive();
        }
        CompletableFuture<Event> result = new CompletableFuture<>();
        await(next, result);
        return result;
    }

    private void await(CompletionStage<Event> next, CompletableFuture<Event> result) {
        next.whenComplete((event, failure) -> {
            if (event == null) {
                result.completeExceptionally(failure == null ? new ChannelsException("receive: no event") : failure);
            } else if (passes(event)) {
                result.complete(event);
            } else {
                receiveNext(result);
            }
        });
    }

    /** Completes the given stage with the next event that passes. A chain of stages would grow with each dropped event. */
    private void receiveNext(CompletableFuture<Event> result) {
        CompletionStage<Event> next = receiver.receive();
        while (Stages.isDone(next)) {
            Event event = next.toCompletableFuture().join();
            if (passes(event)) {
                result.complete(event);
                return;
            }
            next = receiver.receive();
        }
        await(next, result);
    }

    private boolean passes(Event event) {
        if (!(event instanceof WebSocketReceive message)) {
            return true;
        }
        if (state == State.CLOSED) {
            return false;
        }
        for (Meter meter : meters) {
            Duration wait = meter.bucket().take(meter.tokens().applyAsLong(message));
            if (!wait.isZero()) {
                exceeded(meter.onExcess(), wait);
                return false;
            }
        }
        state = State.WITHIN_LIMITS;
        return true;
    }

    private void exceeded(RateLimitMiddleware.OnExcess action, Duration wait) {
        if (action == RateLimitMiddleware.OnExcess.CLOSE) {
            state = State.CLOSED;
            sender.send(new WebSocketClose(RateLimitMiddleware.TOO_MANY_MESSAGES));
        } else if (state == State.WITHIN_LIMITS) {
            state = State.DROPPING;
            sender.send(WebSocketSend.text(notice.apply(wait)));
        }
    }
}
