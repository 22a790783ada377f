package io.channels4j.engine;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.Connections;
import io.channels4j.auth.FirstMessageAuthMiddleware;
import io.channels4j.consumer.Consumer;
import io.channels4j.control.ControlTopics;
import io.channels4j.delivery.LocalDelivery;
import io.channels4j.fixture.ScriptedConnection;
import io.channels4j.http.AsyncSseConsumer;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpRequest;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.support.CapturedLog;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Counts what is left of connections that have ended in all combinations of ways. */
class ConnectionRemnantsTest {

    private static final int CONNECTIONS = 10_000;
    private static final int USERS = 50;
    private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(50);
    private static final CompletableFuture<Void> NEVER = new CompletableFuture<>();

    /** What a callback does. */
    private enum Act {
        SUCCEEDS,
        CLOSES,
        THROWS,
        FAILS,
        NEVER_COMPLETES
    }

    /** How the peer or the transport ends. */
    private enum Ending {
        EVENT_THEN_TRANSPORT,
        TRANSPORT_THEN_EVENT,
        RECEIVER_FAILS,
        TRANSPORT_ONLY,
        REVOKED
    }

    /** The application of a connection. */
    private enum Kind {
        WEBSOCKET,
        FIRST_MESSAGE,
        EVENT_STREAM
    }

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final TestEventLoop loop = new TestEventLoop();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final CallbackWatch watch = new CallbackWatch(null);
    private final Application sockets = Consumer.application(Socket::new).behind(auth());
    private final Application streams = Consumer.application(Stream::new).behind(auth());
    private final Application handshakes = Consumer.application(Socket::new)
            .behind(FirstMessageAuthMiddleware.builder(token -> CompletableFuture.completedFuture(user(token)))
                    .deadline(Duration.ofHours(1))
                    .build());

    private static AuthMiddleware auth() {
        return AuthMiddleware.of(Authenticator.query("user", id -> CompletableFuture.completedFuture(user(id))));
    }

    private static Optional<User> user(String id) {
        return id.equals("anonymous")
                ? Optional.empty()
                : Optional.of(User.of(id, id, Instant.now().plusSeconds(3600)));
    }

    private Act act() {
        return random.nextInt(3) > 0 ? Act.SUCCEEDS : one(Act.values());
    }

    private <T> T one(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private static CompletionStage<Void> perform(Act act, CompletionStage<Void> success, Runnable close) {
        switch (act) {
            case CLOSES -> close.run();
            case THROWS -> throw new IllegalStateException("test");
            case FAILS -> {
                return CompletableFuture.failedFuture(new IllegalStateException("test"));
            }
            case NEVER_COMPLETES -> {
                return NEVER;
            }
            case SUCCEEDS -> {}
        }
        return success;
    }

    private final class Socket extends AsyncWebsocketConsumer {

        private final Act onConnect = act();
        private final Act onReceive = act();
        private final Act onDisconnect = act();
        private final String room = random.nextInt(20) == 0 ? "invalid!name" : "room" + random.nextInt(100);

        @Override
        protected Set<String> groups() {
            return Set.of(room);
        }

        @Override
        protected CompletionStage<Void> connect() {
            return perform(onConnect, onConnect == Act.SUCCEEDS ? accept() : Stages.done(), this::close);
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return perform(onReceive, groupAdd("more"), this::close);
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            return perform(onDisconnect, groupAdd("late"), () -> {});
        }
    }

    private final class Stream extends AsyncSseConsumer {

        private final Act onConnect = act();

        @Override
        protected Set<String> groups() {
            return Set.of("streams");
        }

        @Override
        protected Duration heartbeat() {
            return Duration.ofHours(1);
        }

        @Override
        protected CompletionStage<Void> connect() {
            return perform(
                    onConnect,
                    onConnect == Act.SUCCEEDS ? accept().thenCompose(nothing -> send("first")) : reject(404, "none"),
                    this::close);
        }
    }

    private CompletableFuture<Void> connect() {
        Kind kind = one(Kind.values());
        Ending ending = one(Ending.values());
        ScriptedConnection wire = new ScriptedConnection();
        boolean breaks = random.nextInt(10) == 0;
        wire.onSend(event -> breaks
                ? CompletableFuture.failedFuture(new ConnectionClosedException("test"))
                : CompletableFuture.completedFuture(null));
        String user = random.nextInt(5) == 0 ? "anonymous" : "u" + random.nextInt(USERS);
        boolean stream = kind == Kind.EVENT_STREAM;
        Scope scope = wire.scope(stream ? "http" : "websocket", loop)
                .method(stream ? "GET" : "")
                .queryString("user=" + user)
                .closeTimeout(CLOSE_TIMEOUT)
                .with(ChannelLayers.KEY, ChannelLayers.of(layer))
                .with(CallbackWatch.KEY, watch)
                .build();
        CompletableFuture<Void> served = new CompletableFuture<>();
        boolean sends = random.nextBoolean();
        loop.execute(() -> {
            application(kind).handle(scope, wire, wire).whenComplete((nothing, failure) -> served.complete(null));
            wire.deliver(stream ? new HttpRequest(new byte[0], false) : new WebSocketConnect());
            if (sends && !stream) {
                wire.deliver(WebSocketReceive.text(user));
            }
            layer.groupSend("more", Message.of("unknown"));
            loop.execute(() -> end(wire, ending, user, kind));
        });
        return served;
    }

    private Application application(Kind kind) {
        return switch (kind) {
            case WEBSOCKET -> sockets;
            case FIRST_MESSAGE -> handshakes;
            case EVENT_STREAM -> streams;
        };
    }

    private void end(ScriptedConnection wire, Ending ending, String user, Kind kind) {
        Event last = kind == Kind.EVENT_STREAM ? new HttpDisconnect() : new WebSocketDisconnect(1001, "");
        switch (ending) {
            case REVOKED ->
                Connections.disconnectUser(layer, user).whenComplete((nothing, failure) -> finish(wire, last));
            case EVENT_THEN_TRANSPORT -> {
                wire.deliver(last);
                wire.closeTransport();
            }
            case TRANSPORT_THEN_EVENT -> finish(wire, last);
            case RECEIVER_FAILS -> {
                if (wire.isReceiving()) {
                    wire.failReceiver(new IOException("reset"));
                }
                finish(wire, last);
            }
            case TRANSPORT_ONLY -> {
                wire.closeTransport();
                if (kind == Kind.FIRST_MESSAGE) { // before the consumer begins, only an event ends the connection
                    wire.deliver(last);
                }
            }
        }
    }

    private static void finish(ScriptedConnection wire, Event last) {
        wire.closeTransport();
        wire.deliver(last);
    }

    @Test
    @DisplayName(
            "P2: no timer, membership, channel or registration is left after 10,000 connections with random endings")
    @SuppressWarnings("try") // the captured log is not read, only kept off the console
    void nothingIsLeft() throws Exception {
        loop.setRemoveOnCancelPolicy(true);
        try (CapturedLog log = CapturedLog.of("io.channels4j")) {
            List<CompletableFuture<Void>> served = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                served.add(loop.submit(this::connect).get(10, SECONDS));
            }
            CompletableFuture.allOf(served.toArray(CompletableFuture<?>[]::new)).get(60, SECONDS);

            await("seed %d".formatted(seed)).untilAsserted(() -> {
                assertThat(loop.getQueue().size()).as("timers").isZero();
                assertThat(layer.channelCount()).as("channels").isZero();
                assertThat(layer.groupCount()).as("groups").isZero();
                assertThat(LocalDelivery.of(layer).groupSize(ControlTopics.group("auth")))
                        .as("subscriptions to revocations")
                        .isZero();
                assertThat(LocalDelivery.of(layer).waitingBytes())
                        .as("waiting bytes")
                        .isZero();
                assertThat(watch.waiting()).as("watched callbacks").isEmpty();
            });
        } finally {
            loop.close();
            layer.close();
        }
    }
}
