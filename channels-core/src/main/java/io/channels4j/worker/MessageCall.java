package io.channels4j.worker;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.Sender;
import io.channels4j.engine.NullChecks;
import io.channels4j.internal.Stages;
import io.channels4j.layer.MessageEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A call to the application, with one message as the only event. */
final class MessageCall implements Receiver {

    private final Message message;
    private final Scope scope;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private boolean received;

    MessageCall(Message message, ScopeBuilder facts) {
        this.message = message;
        this.scope = facts.closed(closed.minimalCompletionStage()).build();
    }

    Scope scope() {
        return scope;
    }

    CompletionStage<Void> start(Application application, Sender sender) {
        return NullChecks.handle(application, scope, this, sender);
    }

    /** Closes the call's connection. Its callbacks may continue until the close time-out. */
    void abort() {
        closed.complete(Stages.NOTHING);
    }

    boolean aborted() {
        return closed.isDone();
    }

    @Override
    public CompletionStage<Event> receive() {
        if (received) {
            return new CompletableFuture<>();
        }
        received = true;
        return CompletableFuture.completedFuture(new MessageEvent(message));
    }
}
