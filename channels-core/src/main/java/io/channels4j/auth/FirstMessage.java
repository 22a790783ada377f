package io.channels4j.auth;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.User;
import io.channels4j.engine.Timers;
import io.channels4j.internal.Stages;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** Waits for the token of one connection, and then hands the connection over. */
final class FirstMessage {

    private static final CloseStatus LATE = new CloseStatus(4401, "no token in time");
    private static final CloseStatus WORTHLESS = new CloseStatus(4401, "token is not accepted");

    private final FirstMessageAuthMiddleware.Settings settings;
    private final ConnectionAuth auth;
    private final Scope scope;
    private final Receiver receiver;
    private final Sender sender;

    /** Whether the token was checked or the deadline passed, whichever came first. */
    private final AtomicBoolean decided = new AtomicBoolean();

    FirstMessage(
            FirstMessageAuthMiddleware.Settings settings,
            ConnectionAuth auth,
            Scope scope,
            Receiver receiver,
            Sender sender) {
        this.settings = settings;
        this.auth = auth;
        this.scope = scope;
        this.receiver = receiver;
        this.sender = sender;
    }

    CompletionStage<Void> serve(Application inner) {
        return receiver.receive().thenCompose(first -> first instanceof WebSocketConnect ? ask(inner) : Stages.done());
    }

    private CompletionStage<Void> ask(Application inner) {
        String chosen = settings.subprotocols().stream()
                .filter(scope.subprotocols()::contains)
                .findFirst()
                .orElse(null);
        Future<?> deadline = Timers.after(settings.deadline(), scope.executor(), () -> refuse(LATE));
        AcceptedSender accepted = new AcceptedSender(sender, Optional.ofNullable(chosen));
        return sender.send(new WebSocketAccept(chosen, Headers.empty()))
                .thenCompose(nothing -> receiver.receive())
                .thenCompose(event -> {
                    if (event instanceof WebSocketDisconnect) {
                        deadline.cancel(false);
                        return Stages.done();
                    }
                    return Stages.on(scope.executor(), verify(event))
                            .whenComplete((user, failure) -> deadline.cancel(false))
                            .thenCompose(user -> decide(user, inner, accepted));
                });
    }

    private CompletionStage<Optional<User>> verify(Event event) {
        Optional<String> token = event instanceof WebSocketReceive message && message.isText()
                ? settings.reader().apply(message.text())
                : Optional.empty();
        return Tokens.verify(settings.tokens(), token)
                .thenApply(found -> found.filter(user -> user.authenticated() && !auth.expired(user)));
    }

    private CompletionStage<Void> decide(Optional<User> user, Application inner, Sender accepted) {
        if (user.isPresent() && decided.compareAndSet(false, true)) {
            return Stages.on(scope.executor(), auth.become(user.get()))
                    .thenCompose(known -> inner.handle(scope, fromStart(), accepted));
        }
        refuse(WORTHLESS);
        return untilDisconnect();
    }

    private Receiver fromStart() {
        AtomicBoolean connected = new AtomicBoolean();
        return () -> connected.getAndSet(true)
                ? receiver.receive()
                : CompletableFuture.completedFuture(new WebSocketConnect());
    }

    private void refuse(CloseStatus status) {
        if (decided.compareAndSet(false, true)) {
            sender.send(new WebSocketClose(status));
        }
    }

    private CompletionStage<Void> untilDisconnect() {
        return receiver.receive()
                .thenCompose(event -> event instanceof WebSocketDisconnect ? Stages.done() : untilDisconnect());
    }
}
