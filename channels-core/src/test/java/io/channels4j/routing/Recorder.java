package io.channels4j.routing;

import io.channels4j.Application;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.UrlRoute;
import io.channels4j.consumer.Consumer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An application and consumer that records each scope and completes immediately. */
final class Recorder implements Application, Consumer {

    private final List<Scope> scopes = new ArrayList<>();

    @Override
    public CompletionStage<Void> handle(Scope scope, Receiver receiver, Sender sender) {
        scopes.add(scope);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> serve(Scope scope, Receiver receiver, Sender sender) {
        return handle(scope, receiver, sender);
    }

    int calls() {
        return scopes.size();
    }

    Scope scope() {
        return scopes.get(scopes.size() - 1);
    }

    UrlRoute route() {
        return scope().urlRoute();
    }
}
