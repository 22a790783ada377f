package io.channels4j.security;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.Sender;
import io.channels4j.internal.Stages;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketSend;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Passes on a client's messages while the client is within its limits.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>on</th><th>next</th></tr>
 * <tr><td>WITHIN_LIMITS</td><td>an excess message, to drop</td><td>DROPPING; notifies the client</td></tr>
 * <tr><td>DROPPING</td><td>a message within the limits</td><td>WITHIN_LIMITS</td></tr>
 * <tr><td>WITHIN_LIMITS, DROPPING</td><td>an excess message, to close</td><td>ENDING; the application receives a disconnect event</td></tr>
 * <tr><td>ENDING</td><td>the application has completed, or receives again</td><td>CLOSED; closes the connection</td></tr>
 * <tr><td>ENDING, CLOSED</td><td>any message</td><td>unchanged; drops it</td></tr>
 * </table>
 *
 * <p>An application may read ahead of its callbacks. Therefore, the connection is closed after the application has
 * handled all earlier messages and the disconnect event. Its replies are then sent before the close frame.
 *
 * <p>Confined to its connection: events arrive one at a time.
 */
final class RateLimitedReceiver implements Receiver {

    private final Receiver receiver;
    private final Sender sender;
    private final List<Meter> meters;
    private final Function<Duration, String> notice;
    private final CloseStatus closeStatus;

    /** Volatile, because the application may complete on any thread. */
    private volatile State state = State.WITHIN_LIMITS;

    private enum State {
        WITHIN_LIMITS,
        DROPPING,
        ENDING,
        CLOSED
    }

    /**
     * A limit with its bucket. Defines the number of tokens that a message takes, and the action for messages beyond
     * the limit.
     */
    record Meter(TokenBucket bucket, ToLongFunction<WebSocketReceive> tokens, RateLimitMiddleware.OnExcess onExcess) {}

    RateLimitedReceiver(
            Receiver receiver,
            Sender sender,
            List<Meter> meters,
            Function<Duration, String> notice,
            CloseStatus closeStatus) {
        this.receiver = receiver;
        this.sender = sender;
        this.meters = meters;
        this.notice = notice;
        this.closeStatus = closeStatus;
    }

    @Override
    public CompletionStage<Event> receive() {
        closeIfExceeded();
        CompletionStage<Event> next = receiver.receive();
        while (Stages.isDone(next)) {
            Event event = next.toCompletableFuture().join();
            Event passed = filter(event);
            if (passed != null) {
                return passed == event ? next : CompletableFuture.completedFuture(passed);
            }
            next = receiver.receive();
        }
        CompletableFuture<Event> result = new CompletableFuture<>();
        await(next, result);
        return result;
    }

    /** Closes the connection if the client has exceeded a limit. Called after the application has sent its replies. */
    void closeIfExceeded() {
        if (state == State.ENDING) {
            state = State.CLOSED;
            Stages.ignore(sender.send(new WebSocketClose(closeStatus)));
        }
    }

    private void await(CompletionStage<Event> next, CompletableFuture<Event> result) {
        next.whenComplete((event, failure) -> {
            if (event == null) {
                result.completeExceptionally(failure == null ? new ChannelsException("receive: no event") : failure);
                return;
            }
            Event passed = filter(event);
            if (passed == null) {
                receiveNext(result);
            } else {
                result.complete(passed);
            }
        });
    }

    /** Completes the given stage with the next event that passes. A chain of stages would grow with each dropped event. */
    private void receiveNext(CompletableFuture<Event> result) {
        CompletionStage<Event> next = receiver.receive();
        while (Stages.isDone(next)) {
            Event passed = filter(next.toCompletableFuture().join());
            if (passed != null) {
                result.complete(passed);
                return;
            }
            next = receiver.receive();
        }
        await(next, result);
    }

    /** Returns the given event, or a disconnect event to pass to the application in its place. Returns null if the event is dropped. */
    private @Nullable Event filter(Event event) {
        if (!(event instanceof WebSocketReceive message)) {
            return event;
        }
        if (state == State.ENDING || state == State.CLOSED) {
            return null;
        }
        for (Meter meter : meters) {
            Duration wait = meter.bucket().takeInAdvance(meter.tokens().applyAsLong(message));
            if (!wait.isZero()) {
                return exceeded(meter.onExcess(), wait);
            }
        }
        state = State.WITHIN_LIMITS;
        return event;
    }

    private @Nullable Event exceeded(RateLimitMiddleware.OnExcess action, Duration wait) {
        if (action == RateLimitMiddleware.OnExcess.CLOSE) {
            state = State.ENDING;
            return new WebSocketDisconnect(closeStatus.code(), closeStatus.reason());
        }
        if (state == State.WITHIN_LIMITS) {
            state = State.DROPPING;
            Stages.ignore(sender.send(WebSocketSend.text(notice.apply(wait))));
        }
        return null;
    }
}
