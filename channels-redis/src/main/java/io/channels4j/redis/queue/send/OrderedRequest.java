package io.channels4j.redis.queue.send;

import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.NotSentException;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.connection.ControlThread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A script call that an {@link OrderedRetry} repeats in order. It is repeated, within limits, while the sender's copy of the
 * group is outdated, the server does not have the script, a slot is moving, or the connection is not open. Any other failure
 * completes the reply exceptionally.
 */
final class OrderedRequest implements OrderedRetry.Step {

    private static final int MAX_ATTEMPTS = 100;
    private static final Duration PAUSE = Duration.ofMillis(30);
    private static final Duration MAX_WAIT_FOR_OPENING = Duration.ofSeconds(1);
    private static final Duration MAX_WAIT_FOR_MIGRATION = Duration.ofSeconds(10);

    private final Supplier<CompletableFuture<List<Object>>> call;
    private final Predicate<List<Object>> accepts;
    private final CommandConnection connection;
    private final ControlThread thread;
    private final Duration connectTimeout;
    private final long created = System.nanoTime();
    private final CompletableFuture<List<Object>> reply = new CompletableFuture<>();
    private int attempts;

    /**
     * Creates a request.
     *
     * @param call a supplier that calls the script once
     * @param accepts a predicate that returns true if a reply is final
     * @param connectTimeout how long to wait for a connection
     */
    OrderedRequest(
            Supplier<CompletableFuture<List<Object>>> call,
            Predicate<List<Object>> accepts,
            CommandConnection connection,
            ControlThread thread,
            Duration connectTimeout) {
        this.call = call;
        this.accepts = accepts;
        this.connection = connection;
        this.thread = thread;
        this.connectTimeout = connectTimeout;
    }

    CompletableFuture<List<Object>> reply() {
        return reply;
    }

    @Override
    public CompletableFuture<Boolean> attempt(OrderedRetry retry) {
        attempts++;
        CompletableFuture<Boolean> settled = new CompletableFuture<>();
        CompletableFuture<List<Object>> called;
        try {
            called = call.get();
        } catch (RuntimeException | Error e) {
            fail(settled, e);
            return settled;
        }
        Stages.ignore(called.whenComplete((answer, thrown) -> {
            try {
                settle(retry, settled, answer, thrown);
            } catch (RuntimeException | Error e) { // a reply that cannot be interpreted must not block later requests
                fail(settled, e);
            }
        }));
        return settled;
    }

    private void settle(
            OrderedRetry retry,
            CompletableFuture<Boolean> settled,
            @Nullable List<Object> answer,
            @Nullable Throwable thrown) {
        Throwable failure = thrown == null ? null : Stages.unwrap(thrown);
        if (answer != null && accepts.test(answer)) {
            settled.complete(true);
            reply.complete(answer);
        } else if (failure == null || CommandConnection.isUnknown(failure)) {
            retryImmediately(settled);
        } else if (CommandConnection.isMoving(failure)) {
            retryAfterPause(settled, MAX_WAIT_FOR_MIGRATION, failure);
        } else if (failure instanceof NotSentException) {
            retry.hold();
            retryWhenConnected(settled, failure);
        } else if (connection.isOpening(failure)) {
            retry.hold();
            retryAfterPause(settled, max(connectTimeout, MAX_WAIT_FOR_OPENING), failure);
        } else {
            fail(settled, failure);
        }
    }

    private static Duration max(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    private void retryImmediately(CompletableFuture<Boolean> settled) {
        if (attempts < MAX_ATTEMPTS) {
            settled.complete(false);
        } else {
            fail(settled, new ConnectionLostException("the group changed during %d attempts".formatted(attempts)));
        }
    }

    private void retryAfterPause(CompletableFuture<Boolean> settled, Duration limit, Throwable failure) {
        if (System.nanoTime() - created < limit.toNanos()) {
            thread.schedule(PAUSE, () -> settled.complete(false));
        } else {
            fail(settled, failure);
        }
    }

    private void retryWhenConnected(CompletableFuture<Boolean> settled, Throwable failure) {
        long remaining = connectTimeout.toNanos() - (System.nanoTime() - created);
        if (remaining <= 0) {
            fail(settled, failure);
            return;
        }
        CompletableFuture<Boolean> connected = connection.whenConnected().thenApply(up -> true);
        Stages.ignore(connected
                .completeOnTimeout(false, remaining, TimeUnit.NANOSECONDS)
                .thenAccept(up -> {
                    if (up) {
                        settled.complete(false);
                    } else {
                        fail(settled, failure);
                    }
                }));
    }

    private void fail(CompletableFuture<Boolean> settled, Throwable failure) {
        settled.complete(true);
        reply.completeExceptionally(failure);
    }
}
