package io.channels4j.benchmarks.jmh;

import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.consumer.Consumer;
import io.channels4j.engine.CallbackWatch;
import io.channels4j.websocket.WebSocketConnect;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.openjdk.jmh.infra.Blackhole;

/**
 * An accepted WebSocket without a socket. The benchmark supplies the events that the consumer receives. The events that the
 * consumer sends are counted and discarded.
 */
final class ScriptedConnection implements Receiver, Sender {

    private static final CompletableFuture<Void> SENT = CompletableFuture.completedFuture(null);

    private final ManualExecutor loop = new ManualExecutor();
    private final Queue<Event> waiting = new ArrayDeque<>();
    private final Blackhole blackhole;
    private CompletableFuture<Event> asked = new CompletableFuture<>();
    private long sent;

    private ScriptedConnection(Consumer consumer, Blackhole blackhole) {
        this.blackhole = blackhole;
        Scope scope = Scope.builder("websocket")
                .executor(loop)
                .with(CallbackWatch.KEY, new CallbackWatch(null)) // as a server does
                .build();
        waiting.add(new WebSocketConnect());
        CompletionStage<Void> served = consumer.serve(scope, this, this);
        loop.turn();
        if (served.toCompletableFuture().isDone() || sent != 1) {
            throw new IllegalStateException("connection: not accepted");
        }
    }

    /** Delivers events as if they had arrived in one read, and runs the consumer until it has handled all of them. */
    void receive(Event[] events) {
        for (int i = 1; i < events.length; i++) {
            waiting.add(events[i]);
        }
        asked.complete(events[0]);
        loop.turn();
    }

    /** Opens the connection, and verifies that the consumer sends one event in response to each of the given events. */
    static ScriptedConnection answering(Event[] events, Consumer consumer, Blackhole blackhole) {
        ScriptedConnection connection = new ScriptedConnection(consumer, blackhole);
        long before = connection.sent;
        connection.receive(events);
        if (connection.sent - before != events.length) {
            throw new IllegalStateException(
                    "connection: %d answers (expected: %d)".formatted(connection.sent - before, events.length));
        }
        return connection;
    }

    /** Returns the number of events that the consumer has sent. */
    long sent() {
        return sent;
    }

    @Override
    public CompletionStage<Event> receive() {
        Event next = waiting.poll();
        if (next != null) {
            return CompletableFuture.completedFuture(next);
        }
        asked = new CompletableFuture<>();
        return asked;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        sent++;
        blackhole.consume(event);
        return SENT;
    }
}
