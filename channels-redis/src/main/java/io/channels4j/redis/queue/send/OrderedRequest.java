package io.channels4j.redis.queue.send;

import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.connection.ConnectionLostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A script call that an {@link OrderedRetry} repeats in order. Repeats the call, within limits, if it was not executed. Any other failure completes the reply exceptionally.
 */
final class OrderedRequest implements OrderedRetry.Step {

    private static final int MAX_ATTEMPTS = 100;
    private static final Duration PAUSE = Duration.ofMillis(30);
    private static final Duration MAX_WAIT_FOR_OPENING = Duration.ofSeconds(1);
    private static final Duration MAX_WAIT_FOR_MIGRATION = Duration.ofSeconds(10);

    private final Supplier<CompletableFuture<List<Object>>> call;
    private final CommandConnection connection;
    private final Executor failures;
    private final Duration connectTimeout;
    private final Runnable onRetry;
    private final long created = System.nanoTime();
    private final CompletableFuture<List<Object>> reply = new CompletableFuture<>();
    private int attempts;

    /**
     * Creates a request.
     *
     * @param call a supplier that calls the script once
     * @param failures the executor on which failed calls are handled
     * @param connectTimeout how long to wait for a connection
     * @param onRetry a task that runs before each repetition of the call
     */
    OrderedRequest(
            Supplier<CompletableFuture<List<Object>>> call,
            CommandConnection connection,
            Executor failures,
            Duration connectTimeout,
            Runnable onRetry) {
        this.call = call;
        this.connection = connection;
        this.failures = failures;
        this.connectTimeout = connectTimeout;
        this.onRetry = onRetry;
    }

    CompletableFuture<List<Object>> reply() {
        return reply;
    }

    @Override
    public CompletableFuture<Boolean> attempt(OrderedRetry retry) {
        if (++attempts > 1) {
            onRetry.run();
        }
        CompletableFuture<Boolean> settled = new CompletableFuture<>();
        CompletableFuture<List<Object>> called;
        try {
            called = call.get();
        } catch (RuntimeException | Error e) {
            fail(settled, e);
            return settled;
        }
        boolean immediate = called.isDone();
        Stages.ignore(called.whenComplete((answer, thrown) -> {
            if (thrown == null || immediate) {
                settle(retry, settled, answer, thrown);
            } else { // when a connection breaks, thousands of requests fail on the thread that has to notice this
                failures.execute(() -> settle(retry, settled, answer, thrown));
            }
        }));
        return settled;
    }

    private void settle(
            OrderedRetry retry,
            CompletableFuture<Boolean> settled,
            @Nullable List<Object> answer,
            @Nullable Throwable thrown) {
        if (thrown == null) {
            settled.complete(true);
            reply.complete(answer);
            return;
        }
        Throwable failure = Stages.unwrap(thrown);
        if (CommandConnection.isUnknown(failure)) {
            retryImmediately(settled);
        } else if (CommandConnection.isMoving(failure)) {
            retryAfterPause(retry, settled, MAX_WAIT_FOR_MIGRATION, failure);
        } else if (connection.isOpening(failure)) {
            retryAfterPause(retry, settled, max(connectTimeout, MAX_WAIT_FOR_OPENING), failure);
        } else if (CommandConnection.isNotSent(failure)) {
            retryWhenConnected(retry, settled, failure);
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
            fail(
                    settled,
                    new ConnectionLostException("Redis did not store the script in %d attempts".formatted(attempts)));
        }
    }

    private void retryAfterPause(
            OrderedRetry retry, CompletableFuture<Boolean> settled, Duration limit, Throwable failure) {
        if (System.nanoTime() - created < limit.toNanos()) {
            retry.holdUntil(OrderedRequest::pause);
            settled.complete(false);
        } else {
            fail(settled, failure);
        }
    }

    private void retryWhenConnected(OrderedRetry retry, CompletableFuture<Boolean> settled, Throwable failure) {
        long remaining = connectTimeout.toNanos() - (System.nanoTime() - created);
        if (remaining <= 0) {
            fail(settled, failure);
            return;
        }
        retry.holdUntil(() -> connection.isConnected() // the loss of the connection has not been noticed yet
                ? pause()
                : connection
                        .whenConnected()
                        .thenApply(up -> up)
                        .completeOnTimeout(Stages.NOTHING, Math.max(remaining, PAUSE.toNanos()), TimeUnit.NANOSECONDS));
        settled.complete(false);
    }

    private static CompletableFuture<?> pause() {
        return new CompletableFuture<>().completeOnTimeout(true, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void fail(CompletableFuture<Boolean> settled, Throwable failure) {
        settled.complete(true);
        reply.completeExceptionally(failure);
    }
}
