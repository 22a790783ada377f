package io.channels4j.auth;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.User;
import io.channels4j.auth.connection.ConnectionAuth;
import io.channels4j.engine.NullChecks;
import io.channels4j.engine.timer.Timers;
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
import java.util.concurrent.atomic.AtomicReference;

/**
 * Accepts one connection, waits for the client's token, and then calls the application.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>state</th><th>on</th><th>next</th></tr>
 * <tr><td>WAITING</td><td>a valid token</td><td>ADMITTED; calls the application</td></tr>
 * <tr><td>WAITING</td><td>the deadline, or an invalid token</td><td>REFUSED; closes with code 4401</td></tr>
 * <tr><td>ADMITTED, REFUSED</td><td>any</td><td>unchanged</td></tr>
 * </table>
 */
final class FirstMessageHandshake {

    private static final CloseStatus NO_TOKEN_IN_TIME = new CloseStatus(4401, "no token in time");
    private static final CloseStatus INVALID_TOKEN = new CloseStatus(4401, "token is not accepted");

    private final FirstMessageAuthMiddleware.Settings settings;
    private final ConnectionAuth auth;
    private final Scope scope;
    private final Receiver receiver;
    private final Sender sender;
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    private enum State {
        WAITING,
        ADMITTED,
        REFUSED
    }

    FirstMessageHandshake(
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
        return receiver.receive()
                .thenCompose(first -> first instanceof WebSocketConnect ? accept(inner) : Stages.done());
    }

    private CompletionStage<Void> accept(Application inner) {
        String selected = settings.subprotocols().stream()
                .filter(scope.subprotocols()::contains)
                .findFirst()
                .orElse(null);
        Future<?> deadline = Timers.after(settings.deadline(), scope.executor(), () -> refuse(NO_TOKEN_IN_TIME));
        scope.closed().whenComplete((nothing, failure) -> deadline.cancel(false));
        PreAcceptedSender accepted = new PreAcceptedSender(sender, Optional.ofNullable(selected));
        return sender.send(new WebSocketAccept(selected, Headers.empty()))
                .thenCompose(nothing -> receiver.receive())
                .thenCompose(event -> {
                    if (event instanceof WebSocketDisconnect) {
                        deadline.cancel(false);
                        return Stages.done();
                    }
                    CompletionStage<Optional<User>> verified = auth.beginCheck().thenCompose(begun -> verify(event));
                    return Stages.on(scope.executor(), verified)
                            .whenComplete((user, failure) -> deadline.cancel(false))
                            .thenCompose(user -> decide(event, user, inner, accepted));
                })
                .whenComplete((nothing, failure) -> deadline.cancel(false));
    }

    private CompletionStage<Optional<User>> verify(Event event) {
        Optional<String> token = event instanceof WebSocketReceive message && message.isText()
                ? settings.reader().apply(message.text())
                : Optional.empty();
        return Tokens.verify(settings.tokens(), token)
                .thenApply(found -> found.filter(user -> user.authenticated() && !auth.hasExpired(user)));
    }

    private CompletionStage<Void> decide(Event tokenEvent, Optional<User> user, Application inner, Sender accepted) {
        if (user.isPresent() && state.compareAndSet(State.WAITING, State.ADMITTED)) {
            auth.onRecheck(() -> verify(tokenEvent));
            auth.renewal().verifiedBy(token -> Tokens.verify(settings.tokens(), Optional.of(token)));
            return Stages.on(scope.executor(), auth.setUser(user.get()))
                    .thenCompose(nothing -> auth.isEnded()
                            ? awaitDisconnect()
                            : NullChecks.handle(inner, scope, withConnectEvent(), accepted));
        }
        refuse(INVALID_TOKEN);
        return awaitDisconnect();
    }

    /** Returns a receiver that first repeats the connect event, which this handshake has consumed. */
    private Receiver withConnectEvent() {
        AtomicBoolean connected = new AtomicBoolean();
        return () -> connected.getAndSet(true)
                ? receiver.receive()
                : CompletableFuture.completedFuture(new WebSocketConnect());
    }

    private void refuse(CloseStatus status) {
        if (state.compareAndSet(State.WAITING, State.REFUSED)) {
            Stages.ignore(sender.send(new WebSocketClose(status)));
        }
    }

    private CompletionStage<Void> awaitDisconnect() {
        return receiver.receive()
                .thenCompose(event -> event instanceof WebSocketDisconnect ? Stages.done() : awaitDisconnect());
    }
}
