package io.channels4j.testing.connection;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.Receiver;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The events that an application has not received yet. Thread-safe. Stages complete on the connection's executor. */
final class EventInbox implements Receiver {

    private final Executor executor;
    private final Consumer<ChannelsException> onMisuse;
    private final Queue<Event> events = new ArrayDeque<>();
    private @Nullable CompletableFuture<Event> receiver;
    private boolean deliveryScheduled;

    /**
     * Creates an empty inbox.
     *
     * @param onMisuse the handler for the failure of a {@code receive} call while an earlier call is waiting
     */
    EventInbox(Executor executor, Consumer<ChannelsException> onMisuse) {
        this.executor = executor;
        this.onMisuse = onMisuse;
    }

    @Override
    public CompletionStage<Event> receive() {
        synchronized (this) {
            if (receiver == null) {
                Event event = events.poll();
                if (event != null) {
                    return CompletableFuture.completedFuture(event);
                }
                receiver = new CompletableFuture<>();
                return receiver;
            }
        }
        ChannelsException twice = new ChannelsException("receive: the stage of the previous call is not complete");
        onMisuse.accept(twice);
        return CompletableFuture.failedFuture(twice);
    }

    synchronized void add(Event event) {
        events.add(event);
        if (receiver != null && !deliveryScheduled) {
            deliveryScheduled = true;
            executor.execute(this::deliver);
        }
    }

    private void deliver() {
        CompletableFuture<Event> waiting;
        Event event;
        synchronized (this) {
            waiting = receiver;
            event = events.poll();
            receiver = null;
            deliveryScheduled = false;
        }
        if (waiting != null && event != null) {
            waiting.complete(event);
        }
    }
}
