package io.channels4j.worker;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.OverloadedException;
import io.channels4j.ScopeBuilder;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One receiver of one channel: takes a message, has it handled, takes the next one. A channel has as many as its concurrency.
 *
 * <p><b>Threads.</b> All but {@link #stop} and {@link #abort} runs on the loop.
 */
final class Station {

    private final String channel;
    private final Application application;
    private final ChannelLayer layer;
    private final Loop loop;
    private final Backoff backoff;
    private final WorkerCounts counts;
    private final NoPeer sender;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** Guarded by this, as all below. */
    private boolean stopping;

    private @Nullable CompletableFuture<Delivery> waiting;
    private @Nullable OneMessage running;

    /** Touched on the loop only. */
    private final ScopeBuilder facts;

    /** Null where a message is handled at most once. */
    private final @Nullable Redelivery redelivery;

    private boolean unreachable;
    private boolean full;

    Station(Worker.Builder worker, String channel, Loop loop, Backoff backoff, WorkerCounts counts) {
        this.channel = channel;
        this.application = worker.application;
        this.layer = worker.layer;
        this.facts = worker.facts(channel).executor(loop);
        this.loop = loop;
        this.backoff = backoff;
        this.counts = counts;
        this.sender = new NoPeer(channel);
        Redelivery.Policy policy = worker.redelivery;
        this.redelivery = policy == null ? null : new Redelivery(policy, loop, this::roomAgain);
    }

    void start() {
        loop.execute(this::next);
    }

    /** Completes when this has stopped, and what it ran is done. */
    CompletionStage<Void> ended() {
        return ended;
    }

    /** Takes no more messages; one that is there already is still handled. */
    void stop() {
        CompletableFuture<Delivery> given;
        synchronized (this) {
            stopping = true;
            given = waiting;
        }
        if (given != null) {
            given.cancel(false);
        }
        loop.execute(this::endIfIdle);
    }

    /** Tells the message that is handled, if there is one, that its time is over; returns whether there is one. */
    boolean abort() {
        OneMessage late;
        synchronized (this) {
            late = running;
        }
        if (late == null) {
            return false;
        }
        late.abort();
        return true;
    }

    private void next() {
        full = redelivery != null && redelivery.isFull() && !stopped();
        if (full) {
            return; // goes on when there is room again
        }
        CompletionStage<Delivery> taken;
        try {
            taken = take();
        } catch (RuntimeException e) {
            retry(e);
            return;
        }
        if (taken == null) {
            end();
        } else {
            taken.whenComplete((delivery, failure) -> loop.execute(() -> taken(delivery, failure)));
        }
    }

    /** Asks for a message, unless this stops; a stop that came in between gives up waiting at once. */
    private @Nullable CompletionStage<Delivery> take() {
        if (stopped()) {
            return null;
        }
        CompletableFuture<Delivery> taken = layer.take(channel).toCompletableFuture();
        boolean late;
        synchronized (this) {
            waiting = taken;
            late = stopping;
        }
        if (late) {
            taken.cancel(false);
        }
        return taken;
    }

    private void roomAgain() {
        if (full) {
            next();
        }
    }

    private void taken(@Nullable Delivery delivery, @Nullable Throwable failure) {
        synchronized (this) {
            waiting = null;
        }
        if (delivery != null) {
            if (unreachable) {
                unreachable = false;
                WorkerLog.reachable(channel);
            }
            backoff.reset();
            begin(delivery);
        } else {
            retry(failure == null ? new ChannelsException("receive: no message") : failure);
        }
    }

    private void retry(Throwable failure) {
        if (stopped()) {
            end();
            return;
        }
        if (!unreachable) {
            unreachable = true;
            WorkerLog.unreachable(channel, Stages.unwrap(failure));
        }
        later(backoff.next(), this::next);
    }

    private void begin(Delivery delivery) {
        if (redelivery == null) {
            delivery.acknowledge();
        } else if (redelivery.policy().exhausted(delivery.earlierDeliveries())) {
            giveUp(delivery, delivery.earlierDeliveries()); // those who had it did not live to tell
            next();
            return;
        }
        handle(delivery);
    }

    private void handle(Delivery delivery) {
        OneMessage call = new OneMessage(delivery.message(), facts);
        synchronized (this) {
            running = call;
        }
        CompletionStage<Void> stage;
        try {
            stage = call.handle(application, sender);
        } catch (OverloadedException noThread) {
            waitForThread(delivery, noThread);
            return;
        } catch (Throwable e) {
            stage = CompletableFuture.failedFuture(e);
        }
        stage.whenComplete((nothing, failure) -> loop.execute(() -> handled(call, delivery, failure)));
    }

    /** The message is handled when there is a thread for its blocking consumer: it was refused before anything was done for it. */
    private void waitForThread(Delivery delivery, OverloadedException refusal) {
        WorkerLog.waits(channel, String.valueOf(refusal.getMessage()));
        later(backoff.next(), () -> handle(delivery));
    }

    private void handled(OneMessage call, Delivery delivery, @Nullable Throwable failure) {
        synchronized (this) {
            running = null;
        }
        if (failure != null) {
            WorkerLog.failed(call.scope(), channel, delivery.message().type(), Stages.unwrap(failure));
        }
        if (failure == null && !call.aborted()) {
            counts.handled.increment();
            delivery.acknowledge();
        } else {
            counts.failed.increment();
            repeat(delivery);
        }
        next();
    }

    /** Sees to it that what failed is tried again, unless it was tried often enough. */
    private void repeat(Delivery delivery) {
        int deliveries = delivery.earlierDeliveries() + 1;
        if (redelivery == null) {
            return;
        }
        if (redelivery.policy().exhausted(deliveries)) {
            giveUp(delivery, deliveries);
        } else if (stopped()) {
            delivery.giveBack();
        } else {
            redelivery.keep(delivery);
        }
    }

    private void giveUp(Delivery delivery, int deliveries) {
        counts.givenUp.increment();
        WorkerLog.givenUp(channel, delivery.message().type(), deliveries);
        delivery.acknowledge();
    }

    private void later(Duration time, Runnable step) {
        var unused = loop.schedule(step, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private synchronized boolean stopped() {
        return stopping;
    }

    private void endIfIdle() {
        synchronized (this) {
            if (waiting != null || running != null) {
                return; // its end is the next step
            }
        }
        end();
    }

    @SuppressWarnings("NullAway") // the only value of Void is null
    private void end() {
        if (redelivery != null) {
            redelivery.giveBackAll();
        }
        ended.complete(null);
    }
}
