package io.channels4j.worker;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.OverloadedException;
import io.channels4j.ScopeBuilder;
import io.channels4j.engine.Stages;
import io.channels4j.layer.ChannelLayer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
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
    private final LongAdder handled;
    private final LongAdder failed;
    private final NoPeer sender;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    /** Guarded by this, as all below. */
    private boolean stopping;

    private @Nullable CompletableFuture<Message> waiting;
    private @Nullable OneMessage running;

    /** Touched on the loop only. */
    private final ScopeBuilder facts;

    private boolean unreachable;

    Station(Worker.Builder worker, String channel, Loop loop, Backoff backoff, LongAdder handled, LongAdder failed) {
        this.channel = channel;
        this.application = worker.application;
        this.layer = worker.layer;
        this.facts = worker.facts(channel).executor(loop);
        this.loop = loop;
        this.backoff = backoff;
        this.handled = handled;
        this.failed = failed;
        this.sender = new NoPeer(channel);
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
        CompletableFuture<Message> given;
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
        CompletionStage<Message> taken;
        try {
            taken = take();
        } catch (RuntimeException e) {
            retry(e);
            return;
        }
        if (taken == null) {
            end();
        } else {
            taken.whenComplete((message, failure) -> loop.execute(() -> taken(message, failure)));
        }
    }

    /** Asks for a message, unless this stops; a stop that came in between gives up waiting at once. */
    private @Nullable CompletionStage<Message> take() {
        if (stopped()) {
            return null;
        }
        CompletableFuture<Message> taken = layer.receive(channel).toCompletableFuture();
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

    private void taken(@Nullable Message message, @Nullable Throwable failure) {
        synchronized (this) {
            waiting = null;
        }
        if (message != null) {
            if (unreachable) {
                unreachable = false;
                WorkerLog.reachable(channel);
            }
            backoff.reset();
            handle(message);
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

    private void handle(Message message) {
        OneMessage call = new OneMessage(message, facts);
        synchronized (this) {
            running = call;
        }
        CompletionStage<Void> stage;
        try {
            stage = call.handle(application, sender);
        } catch (OverloadedException noThread) {
            waitForThread(message, noThread);
            return;
        } catch (Throwable e) {
            stage = CompletableFuture.failedFuture(e);
        }
        stage.whenComplete((nothing, failure) -> loop.execute(() -> handled(call, message, failure)));
    }

    /** The message is handled when there is a thread for its blocking consumer: it was refused before anything was done for it. */
    private void waitForThread(Message message, OverloadedException refusal) {
        WorkerLog.waits(channel, String.valueOf(refusal.getMessage()));
        later(backoff.next(), () -> handle(message));
    }

    private void handled(OneMessage call, Message message, @Nullable Throwable failure) {
        synchronized (this) {
            running = null;
        }
        if (failure == null && !call.aborted()) {
            handled.increment();
        } else {
            failed.increment();
        }
        if (failure != null) {
            WorkerLog.failed(call.scope(), channel, message.type(), Stages.unwrap(failure));
        }
        next();
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
        ended.complete(null);
    }
}
