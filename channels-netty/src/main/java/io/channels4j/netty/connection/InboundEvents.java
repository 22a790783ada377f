package io.channels4j.netty.connection;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Receiver;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The events of one connection on their way in. While nobody asks and one event waits, the connection stops reading.
 *
 * <p>{@link #receive()} is safe from any thread, the other methods belong to the event loop.
 */
public final class InboundEvents implements Receiver {

    private final Runnable resume;

    /** Guarded by this, as all that follows. Mostly somebody waits for the next event, and no queue is needed. */
    private @Nullable ArrayDeque<Event> queue;

    private @Nullable CompletableFuture<Event> waiting;
    private boolean paused;
    private boolean ended;

    /**
     * Creates the way in.
     *
     * @param resume called after {@link #pause()} when the application asks for more; on any thread, maybe within
     *     {@link #offer}
     */
    public InboundEvents(Runnable resume) {
        this.resume = resume;
    }

    @Override
    public CompletionStage<Event> receive() {
        CompletableFuture<Event> next;
        boolean resumes;
        synchronized (this) {
            if (waiting != null) {
                return CompletableFuture.failedFuture(
                        new ChannelsException("receive: a stage is outstanding already (expected: one at a time)"));
            }
            Event event = queue == null ? null : queue.poll();
            if (event == null) {
                next = new CompletableFuture<>();
                waiting = next;
            } else {
                next = CompletableFuture.completedFuture(event);
            }
            resumes = paused && (queue == null || queue.isEmpty());
            paused &= !resumes;
        }
        if (resumes) {
            resume.run();
        }
        return next;
    }

    /** Hands an event to the application; does nothing after the last one. */
    public void offer(Event event) {
        put(event, false);
    }

    /** Hands over the last event; only the first call counts. */
    public void end(Event last) {
        put(last, true);
    }

    private void put(Event event, boolean last) {
        CompletableFuture<Event> asked;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = last;
            asked = waiting;
            waiting = null;
            if (asked == null) {
                if (queue == null) {
                    queue = new ArrayDeque<>(2);
                }
                queue.add(event);
            }
        }
        if (asked != null) {
            asked.complete(event);
        }
    }

    /** Tells whether the last event has been handed over. */
    public synchronized boolean ended() {
        return ended;
    }

    /** Notes that the connection stops reading, and returns true; false when the application asks for events just now. */
    public synchronized boolean pause() {
        paused = waiting == null && queue != null && !queue.isEmpty();
        return paused;
    }
}
