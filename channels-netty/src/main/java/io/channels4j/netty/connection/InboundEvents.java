package io.channels4j.netty.connection;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Receiver;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The inbound events of one connection or request. The server stops reading from the client while an event is queued.
 *
 * <p>{@link #receive()} may be called from any thread. {@link #offer}, {@link #end} and {@link #pause} may be called
 * only on the event loop.
 */
public abstract class InboundEvents implements Receiver {

    // Guarded by this. Null until an event must wait. Usually, the application is already waiting for the event.
    private @Nullable ArrayDeque<Event> queue;
    private @Nullable CompletableFuture<Event> requested;
    private boolean paused;
    private boolean ended;
    private long queuedBytes;

    private final InboundMemory memory;

    protected InboundEvents(InboundMemory memory) {
        this.memory = memory;
    }

    /**
     * Resumes reading after {@link #pause()}, because no event is queued any more. May be called on any thread,
     * possibly within {@link #offer}.
     */
    protected abstract void resume();

    /** Called on any thread before the application receives the last event. */
    protected void lastTaken() {}

    @Override
    public CompletionStage<Event> receive() {
        CompletableFuture<Event> next;
        boolean resumes;
        boolean last;
        long released = 0;
        synchronized (this) {
            if (requested != null) {
                return CompletableFuture.failedFuture(
                        new ChannelsException("receive: a stage is outstanding already (expected: one at a time)"));
            }
            Event event = queue == null ? null : queue.poll();
            if (event == null) {
                next = new CompletableFuture<>();
                requested = next;
            } else {
                next = CompletableFuture.completedFuture(event);
            }
            last = ended && event != null && (queue == null || queue.isEmpty());
            resumes = paused && (queue == null || queue.isEmpty());
            paused &= !resumes;
            if (queuedBytes != 0 && (queue == null || queue.isEmpty())) {
                released = queuedBytes;
                queuedBytes = 0;
            }
        }
        if (released != 0) {
            memory.held(-released);
        }
        if (last) {
            lastTaken();
        }
        if (resumes) {
            resume();
        }
        return next;
    }

    /**
     * Delivers an event. Does nothing after the last event.
     *
     * @param bytes the size of its payload
     */
    public final void offer(Event event, int bytes) {
        deliver(event, bytes, false);
    }

    /** Delivers the last event. Only the first call has an effect. */
    public final void end(Event last) {
        deliver(last, 0, true);
    }

    private void deliver(Event event, int bytes, boolean last) {
        CompletableFuture<Event> waiting;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = last;
            waiting = requested;
            requested = null;
            if (waiting == null) {
                if (queue == null) {
                    queue = new ArrayDeque<>(2);
                }
                queue.add(event);
                queuedBytes += bytes;
            }
        }
        if (waiting == null) {
            if (bytes != 0) {
                memory.held(bytes);
            }
        } else {
            if (last) {
                lastTaken();
            }
            waiting.complete(event);
        }
    }

    /** Returns true if reading must stop until {@link #resume()} is called, because an event is queued. */
    public final synchronized boolean pause() {
        paused = requested == null && queue != null && !queue.isEmpty();
        return paused;
    }
}
