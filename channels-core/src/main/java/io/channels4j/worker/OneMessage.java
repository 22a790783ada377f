package io.channels4j.worker;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.ScopeBuilder;
import io.channels4j.layer.MessageEvent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A call of the application for one message, which is the only event. */
final class OneMessage implements Receiver {

    private final Message message;
    private final Scope scope;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private boolean given;

    OneMessage(Message message, ScopeBuilder facts) {
        this.message = message;
        this.scope = facts.closed(closed.minimalCompletionStage()).build();
    }

    Scope scope() {
        return scope;
    }

    CompletionStage<Void> handle(Application application, NoPeer sender) {
        return application.handle(scope, this, sender);
    }

    /** Tells the application that its time is over. */
    @SuppressWarnings("NullAway") // the only value of Void is null
    void abort() {
        closed.complete(null);
    }

    /** Tells whether that was done. */
    boolean aborted() {
        return closed.isDone();
    }

    @Override
    public CompletionStage<Event> receive() {
        if (given) {
            return new CompletableFuture<>();
        }
        given = true;
        return CompletableFuture.completedFuture(new MessageEvent(message));
    }
}
