package io.channels4j.redis.queue;

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

/** A run of a script that keeps its place in a lane until it was run, whatever had to be made good for it before. */
final class Request implements Lane.Step {

    private static final int MOST_ATTEMPTS = 100;
    private static final Duration PAUSE = Duration.ofMillis(30);
    private static final Duration WHILE_OPENING = Duration.ofSeconds(1);
    private static final Duration WHILE_MOVING = Duration.ofSeconds(10);

    private final Supplier<CompletableFuture<List<Object>>> run;
    private final Predicate<List<Object>> settles;
    private final CommandConnection link;
    private final ControlThread loop;

    /** How long to wait for a connection. */
    private final Duration patience;

    private final long made = System.nanoTime();
    private final CompletableFuture<List<Object>> reply = new CompletableFuture<>();
    private int attempts;

    /**
     * Makes a request.
     *
     * @param run runs the script once
     * @param settles tells whether a reply is one to keep
     */
    Request(
            Supplier<CompletableFuture<List<Object>>> run,
            Predicate<List<Object>> settles,
            CommandConnection link,
            ControlThread loop,
            Duration patience) {
        this.run = run;
        this.settles = settles;
        this.link = link;
        this.loop = loop;
        this.patience = patience;
    }

    CompletableFuture<List<Object>> reply() {
        return reply;
    }

    @Override
    public CompletableFuture<Boolean> attempt(Lane lane) {
        attempts++;
        CompletableFuture<Boolean> settled = new CompletableFuture<>();
        var unused = run.get().whenComplete((answer, thrown) -> {
            Throwable failure = CommandConnection.unwrapped(thrown);
            if (answer != null && settles.test(answer)) {
                settled.complete(true);
                reply.complete(answer);
            } else if (failure == null || CommandConnection.isUnknown(failure)) {
                again(settled);
            } else if (CommandConnection.isMoving(failure)) {
                later(settled, WHILE_MOVING, failure);
            } else if (failure instanceof NotSentException) {
                lane.hold();
                whenUp(settled, failure);
            } else if (link.isOpening(failure)) {
                lane.hold();
                later(settled, patience.compareTo(WHILE_OPENING) < 0 ? WHILE_OPENING : patience, failure);
            } else {
                giveUp(settled, failure);
            }
        });
        return settled;
    }

    private void again(CompletableFuture<Boolean> settled) {
        if (attempts < MOST_ATTEMPTS) {
            settled.complete(false);
        } else {
            giveUp(settled, new ConnectionLostException("it changes too often"));
        }
    }

    private void later(CompletableFuture<Boolean> settled, Duration atMost, Throwable failure) {
        if (System.nanoTime() - made < atMost.toNanos()) {
            loop.schedule(PAUSE, () -> settled.complete(false));
        } else {
            giveUp(settled, failure);
        }
    }

    private void whenUp(CompletableFuture<Boolean> settled, Throwable failure) {
        long left = patience.toNanos() - (System.nanoTime() - made);
        if (left <= 0) {
            giveUp(settled, failure);
            return;
        }
        CompletableFuture<Boolean> waited = link.whenUp().thenApply(up -> true);
        var unused = waited.completeOnTimeout(false, left, TimeUnit.NANOSECONDS).thenAccept(up -> {
            if (up) {
                settled.complete(false);
            } else {
                giveUp(settled, failure);
            }
        });
    }

    private void giveUp(CompletableFuture<Boolean> settled, Throwable failure) {
        settled.complete(true);
        reply.completeExceptionally(failure);
    }
}
