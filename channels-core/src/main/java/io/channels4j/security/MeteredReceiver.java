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
 * Passes the messages of one client on that are within its limits.
 *
 * <p>Confined to its connection: events come one at a time.
 */
final class MeteredReceiver implements Receiver {

    private final Receiver receiver;
    private final Sender sender;
    private final List<Meter> meters;
    private final Function<Duration, String> notice;

    /** Whether the client was told of its dropped messages since the last one that passed. */
    private boolean told;

    private boolean closed;

    /** One limit: how much a message takes from which bucket, and what happens when there is not enough. */
    record Meter(TokenBucket bucket, ToLongFunction<WebSocketReceive> tokens, RateLimitMiddleware.OnExcess onExcess) {}

    MeteredReceiver(Receiver receiver, Sender sender, List<Meter> meters, Function<Duration, String> notice) {
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
                goOn(result);
            }
        });
    }

    /** Completes one and the same stage however many events are dropped before: a chain of them would grow with each. */
    private void goOn(CompletableFuture<Event> result) {
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
        if (closed) {
            return false;
        }
        for (Meter meter : meters) {
            Duration wait = meter.bucket().take(meter.tokens().applyAsLong(message));
            if (!wait.isZero()) {
                exceeded(meter.onExcess(), wait);
                return false;
            }
        }
        told = false;
        return true;
    }

    private void exceeded(RateLimitMiddleware.OnExcess answer, Duration wait) {
        if (answer == RateLimitMiddleware.OnExcess.CLOSE) {
            closed = true;
            sender.send(new WebSocketClose(RateLimitMiddleware.TOO_MUCH));
        } else if (!told) {
            told = true;
            sender.send(WebSocketSend.text(notice.apply(wait)));
        }
    }
}
