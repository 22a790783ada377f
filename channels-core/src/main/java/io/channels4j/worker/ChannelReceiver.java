package io.channels4j.worker;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.OverloadedException;
import io.channels4j.ScopeBuilder;
import io.channels4j.internal.Backoff;
import io.channels4j.internal.Durations;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Receives messages from one channel and passes them to the application, one at a time. The concurrency of a channel is its number of
 * receivers.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>left when</th><th>next state</th></tr>
 * <tr><td>IDLE</td><td>the next message is requested</td><td>RECEIVING; FULL while too many failed messages wait</td></tr>
 * <tr><td>RECEIVING</td><td>the request completes</td><td>HANDLING; RETRYING if it failed</td></tr>
 * <tr><td>HANDLING</td><td>the application completes</td><td>IDLE</td></tr>
 * <tr><td>HANDLING</td><td>the application has no thread for the message</td><td>POSTPONED</td></tr>
 * <tr><td>POSTPONED</td><td>the delay has passed</td><td>HANDLING</td></tr>
 * <tr><td>RETRYING</td><td>the delay has passed</td><td>IDLE</td></tr>
 * <tr><td>FULL</td><td>a failed message was returned to the channel</td><td>IDLE</td></tr>
 * </table>
 *
 * <p>A stop leads to ENDED. In HANDLING, this happens when the application completes. In RECEIVING, it happens when the
 * request completes. With at-least-once delivery, a postponed message is returned to its channel. Otherwise, it is
 * retried until the drain time-out and then counted as failed. In all other states, ENDED is entered immediately.
 *
 * <p><b>Threads.</b> Messages are received and handled on the loop. {@link #start}, {@link #ended}, {@link #stop} and
 * {@link #abort} may be called from any thread.
 */
final class ChannelReceiver {

    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

    private final String channel;
    private final Application application;
    private final ChannelLayer layer;
    private final WorkerLoop loop;
    private final WorkerCounts counts;
    private final RejectingSender sender;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final SplittableRandom random = new SplittableRandom();
    private final ScopeBuilder facts;

    /** Null if messages are handled at most once. */
    private final @Nullable Redelivery redelivery;

    /** Guarded by this, like the next three fields. */
    private State state = State.IDLE;

    private boolean stopping;
    private @Nullable CompletableFuture<Delivery> request;
    private @Nullable MessageCall call;

    /** The message that waits for a thread. Confined to the loop. */
    private @Nullable Delivery postponed;

    /** The number of requests that have failed since the last message was received. */
    private int failedRequests;

    private enum State {
        IDLE,
        RECEIVING,
        HANDLING,
        POSTPONED,
        RETRYING,
        FULL,
        ENDED
    }

    ChannelReceiver(Worker.Builder worker, String channel, WorkerLoop loop, WorkerCounts counts) {
        this.channel = channel;
        this.application = worker.application;
        this.layer = worker.layer;
        this.facts = worker.facts(channel).executor(loop);
        this.loop = loop;
        this.counts = counts;
        this.sender = new RejectingSender(channel);
        Redelivery.Policy policy = worker.redelivery;
        this.redelivery = policy == null ? null : new Redelivery(policy, loop, this::resumeIfFull);
    }

    void start() {
        loop.execute(this::next);
    }

    /** Returns a stage that completes when this receiver has stopped and its last call has ended. */
    CompletionStage<Void> ended() {
        return ended;
    }

    /** Stops receiving. A message that has been received is still handled. */
    void stop() {
        CompletableFuture<Delivery> open;
        synchronized (this) {
            stopping = true;
            open = request;
        }
        if (open != null) {
            open.cancel(false);
        }
        loop.execute(this::endUnlessBusy);
    }

    /**
     * Aborts the current call to the application, or abandons a postponed message. Returns false if no call is running.
     */
    boolean abort() {
        loop.execute(() -> {
            if (is(State.POSTPONED)) {
                end();
            }
        });
        MessageCall late;
        synchronized (this) {
            late = call;
        }
        if (late == null) {
            return false;
        }
        late.abort();
        return true;
    }

    private synchronized boolean stopping() {
        return stopping;
    }

    /** The only method that changes the state. */
    private synchronized void enter(
            State next, @Nullable CompletableFuture<Delivery> opened, @Nullable MessageCall begun) {
        state = next;
        request = opened;
        call = begun;
    }

    private synchronized boolean is(State expected) {
        return state == expected;
    }

    // ---- receiving ----

    private void next() {
        if (stopping()) {
            end();
        } else if (redelivery != null && redelivery.isFull()) {
            enter(State.FULL, null, null);
        } else {
            request();
        }
    }

    private void request() {
        CompletableFuture<Delivery> opened;
        try {
            opened = layer.take(channel).toCompletableFuture();
        } catch (RuntimeException e) {
            retry(e);
            return;
        }
        enter(State.RECEIVING, opened, null);
        if (stopping()) { // stop() was called before the request was visible to it
            opened.cancel(false);
        }
        CompletionStage<Delivery> delivered = opened;
        delivered.whenComplete((delivery, failure) -> loop.execute(() -> received(delivery, failure)));
    }

    private void received(@Nullable Delivery delivery, @Nullable Throwable failure) {
        enter(State.IDLE, null, null);
        if (delivery == null) {
            retry(failure == null ? new ChannelsException("receive: no message") : failure);
            return;
        }
        if (failedRequests > 0) {
            failedRequests = 0;
            WorkerLog.reachable(channel);
        }
        begin(delivery);
    }

    private void retry(Throwable failure) {
        if (stopping()) {
            end();
            return;
        }
        if (failedRequests == 0) {
            WorkerLog.unreachable(channel, Stages.unwrap(failure));
        }
        enter(State.RETRYING, null, null);
        later(BACKOFF.delay(failedRequests++, random), this::next);
    }

    private void resumeIfFull() {
        if (is(State.FULL)) {
            next();
        }
    }

    // ---- handling ----

    private void begin(Delivery delivery) {
        if (redelivery == null) {
            delivery.acknowledge();
        } else if (redelivery.policy().exhausted(delivery.earlierDeliveries())) {
            giveUp(delivery, delivery.earlierDeliveries()); // usually because the processes that took it died
            next();
            return;
        }
        handle(delivery, 0);
    }

    private void handle(Delivery delivery, int refusals) {
        MessageCall begun = new MessageCall(delivery.message(), facts);
        enter(State.HANDLING, null, begun);
        CompletionStage<Void> stage;
        try {
            stage = begun.start(application, sender);
        } catch (OverloadedException noThread) { // no work was done for the message yet, so it can wait
            WorkerLog.waits(channel, String.valueOf(noThread.getMessage()));
            postpone(delivery, refusals);
            return;
        } catch (Throwable e) {
            stage = CompletableFuture.failedFuture(e);
        }
        stage.whenComplete((nothing, failure) -> Stages.execute(loop, () -> handled(begun, delivery, failure)));
    }

    private void postpone(Delivery delivery, int refusals) {
        if (stopping() && redelivery != null) {
            abandon(delivery);
            end();
            return;
        }
        enter(State.POSTPONED, null, null);
        postponed = delivery;
        later(BACKOFF.delay(refusals, random), () -> {
            if (is(State.POSTPONED)) {
                postponed = null;
                handle(delivery, refusals + 1);
            }
        });
    }

    /**
     * Returns an unhandled message to its channel because the worker is stopping. If messages are handled at most once, counts the message
     * as failed instead.
     */
    private void abandon(Delivery delivery) {
        if (redelivery == null) {
            counts.failed.increment();
            WorkerLog.abandoned(channel, delivery.message().type());
        } else {
            delivery.requeue();
        }
    }

    private void handled(MessageCall done, Delivery delivery, @Nullable Throwable failure) {
        enter(State.IDLE, null, null);
        if (failure != null) {
            WorkerLog.failed(done.scope(), channel, delivery.message().type(), Stages.unwrap(failure));
        }
        if (failure == null && !done.aborted()) {
            counts.handled.increment();
            delivery.acknowledge();
        } else {
            counts.failed.increment();
            redeliver(delivery);
        }
        next();
    }

    /** Schedules the redelivery of a failed message, unless its attempts are exhausted. */
    private void redeliver(Delivery delivery) {
        int deliveries = delivery.earlierDeliveries() + 1;
        if (redelivery == null) {
            return;
        }
        if (redelivery.policy().exhausted(deliveries)) {
            giveUp(delivery, deliveries);
        } else if (stopping()) {
            delivery.requeue();
        } else {
            redelivery.requeueLater(delivery);
        }
    }

    private void giveUp(Delivery delivery, int deliveries) {
        counts.givenUp.increment();
        WorkerLog.givenUp(channel, delivery.message().type(), deliveries);
        delivery.giveUp();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the loop cancels the task when it shuts down
    private void later(Duration time, Runnable step) {
        loop.schedule(step, Durations.nanos(time), TimeUnit.NANOSECONDS);
    }

    // ---- the end ----

    private void endUnlessBusy() {
        boolean tries = is(State.POSTPONED) && redelivery == null;
        if (!is(State.RECEIVING) && !is(State.HANDLING) && !tries) {
            end();
        }
    }

    private void end() {
        Delivery unhandled = postponed;
        if (unhandled != null) {
            postponed = null;
            abandon(unhandled);
        }
        enter(State.ENDED, null, null);
        if (redelivery != null) {
            redelivery.requeueAll();
        }
        ended.complete(Stages.NOTHING);
    }
}
