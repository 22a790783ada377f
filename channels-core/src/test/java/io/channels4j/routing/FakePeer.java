package io.channels4j.routing;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.http.HttpResponseStart;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The server side of one connection. Delivers events from the test and records the events sent by the application. */
final class FakePeer implements Receiver, Sender {

    private final List<Event> sent = new ArrayList<>();
    private final Queue<CompletableFuture<Event>> pending = new ArrayDeque<>();
    private final Queue<Event> waiting = new ArrayDeque<>();

    /** Sends an HTTP request for a percent-encoded path. Returns false if the response is 404. */
    static boolean finds(Application application, String target) {
        return finds(application, Scope.builder("http").target(target).build());
    }

    static boolean finds(Application application, Scope http) {
        FakePeer peer = new FakePeer();
        application.handle(http, peer, peer).toCompletableFuture().join();
        return peer.sent.stream().noneMatch(event -> event instanceof HttpResponseStart start && start.status() == 404);
    }

    @Override
    public CompletionStage<Event> receive() {
        CompletableFuture<Event> next = new CompletableFuture<>();
        pending.add(next);
        deliver();
        return next;
    }

    @Override
    public CompletionStage<Void> send(Event event) {
        sent.add(event);
        return CompletableFuture.completedFuture(null);
    }

    void give(Event event) {
        waiting.add(event);
        deliver();
    }

    List<Event> sent() {
        return sent;
    }

    private void deliver() {
        while (!pending.isEmpty() && !waiting.isEmpty()) {
            pending.remove().complete(waiting.remove());
        }
    }
}
