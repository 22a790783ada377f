package io.channels4j.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.MessageEvent;
import io.channels4j.support.CapturedLog;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code onError} decides whether a failure ends the connection. */
class ErrorHookTest {

    private record Seen(Throwable failure, Event during) {}

    private final IllegalStateException broken = new IllegalStateException("broken");
    private final BlockingQueue<Seen> seen = new LinkedBlockingQueue<>();
    private final BlockingQueue<Throwable> lateFailures = new LinkedBlockingQueue<>();
    private final BlockingQueue<Disconnect> ends = new LinkedBlockingQueue<>();

    private static WebsocketCommunicator peer(Supplier<? extends Consumer> consumer) {
        return WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    private static WebsocketCommunicator connected(Supplier<? extends Consumer> consumer) {
        WebsocketCommunicator peer = peer(consumer);
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    /** Fails on request. */
    class Async extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return text.equals("break") ? CompletableFuture.failedFuture(broken) : send(text);
        }

        @Handles("break")
        void breakNow() {
            throw broken;
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            ends.add(why);
            return done();
        }
    }

    class Sync extends WebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Override
        protected void receive(String text) {
            if (text.equals("break")) {
                throw broken;
            }
            send(text);
        }

        @Handles("break")
        void breakNow() {
            throw broken;
        }
    }

    class Continuing extends Async {
        @Override
        protected CompletionStage<Void> onError(Throwable failure, Event during) {
            seen.add(new Seen(failure, during));
            return done();
        }
    }

    class ContinuingBlocking extends Sync {
        @Override
        protected void onError(Throwable failure, Event during) {
            seen.add(new Seen(failure, during));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("onError can continue after a failure in an event callback")
    void continuesAfterAFailedEvent(boolean blocking) {
        try (WebsocketCommunicator peer = connected(blocking ? ContinuingBlocking::new : Continuing::new)) {
            peer.sendTo("break");
            peer.sendTo("still there?");

            assertThat(peer.receiveFrom()).isEqualTo("still there?");
        }

        assertThat(seen).singleElement().satisfies(it -> {
            assertThat(it.failure()).isSameAs(broken);
            assertThat(it.during())
                    .isInstanceOfSatisfying(
                            WebSocketReceive.class,
                            event -> assertThat(event.text()).isEqualTo("break"));
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("onError can continue after a failure in a message handler")
    void continuesAfterAFailedMessage(boolean blocking) {
        try (WebsocketCommunicator peer = connected(blocking ? ContinuingBlocking::new : Continuing::new)) {
            peer.channelLayer().groupSend("room", Message.of("break"));
            peer.channelLayer().groupSend("room", Message.of("break"));
            peer.sendTo("still there?");

            assertThat(peer.receiveFrom()).isEqualTo("still there?");
            Awaitility.await().until(() -> seen.size() == 2);
        }

        assertThat(seen.element().during()).isEqualTo(new MessageEvent(Message.of("break")));
    }

    @Test
    @DisplayName("by default, a failure closes with 1011 and reveals nothing else to the peer")
    void closesByDefault() {
        try (WebsocketCommunicator peer = connected(Async::new)) {
            peer.sendTo("break");

            assertThatThrownBy(peer::receiveClose).isSameAs(broken);
            assertThat(peer.receiveClose()).isEqualTo(CloseStatus.INTERNAL_ERROR);
        }
    }

    @Test
    @DisplayName("onError can close with a code of its own")
    void canCloseWithItsOwnCode() {
        class ClosingWithCode extends Async {
            @Override
            protected CompletionStage<Void> onError(Throwable failure, Event during) {
                return close(4500, "sorry");
            }
        }
        try (WebsocketCommunicator peer = connected(ClosingWithCode::new)) {
            peer.sendTo("break");

            assertThat(peer.receiveClose()).isEqualTo(new CloseStatus(4500, "sorry"));
        }

        assertThat(ends).singleElement().satisfies(why -> assertThat(why.code()).hasValue(4500));
    }

    @Test
    @DisplayName("a failure of onError ends the connection")
    void endsTheConnectionWhenItFails() {
        IllegalArgumentException secondFailure = new IllegalArgumentException("secondFailure");
        class FailingHook extends Async {
            @Override
            protected CompletionStage<Void> onError(Throwable failure, Event during) {
                throw secondFailure;
            }
        }
        try (WebsocketCommunicator peer = connected(FailingHook::new)) {
            peer.sendTo("break");

            assertThatThrownBy(peer::receiveClose).isSameAs(secondFailure);
        }

        assertThat(ends)
                .singleElement()
                .satisfies(why -> assertThat(why.cause()).containsSame(secondFailure));
    }

    @Test
    @DisplayName("onError handles a failure of connect and can reject with its own response")
    void canRejectAfterAFailedConnect() {
        class Rejecting extends Continuing {
            @Override
            protected CompletionStage<Void> connect() {
                throw broken;
            }

            @Override
            protected CompletionStage<Void> onError(Throwable failure, Event during) {
                seen.add(new Seen(failure, during));
                return reject(418, "short and stout");
            }
        }
        try (WebsocketCommunicator peer = peer(Rejecting::new)) {
            assertThat(peer.connect().status()).isEqualTo(418);
        }

        assertThat(seen).singleElement().satisfies(it -> assertThat(it.during()).isInstanceOf(WebSocketConnect.class));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("a send on a closed connection is neither passed to onError nor logged")
    void ignoresSendsOnAClosedConnection(boolean blocking) {
        class AsyncLate extends Continuing {
            @Override
            protected CompletionStage<Void> receive(String text) {
                return close().thenCompose(closed -> send("late"))
                        .whenComplete((sent, failure) -> lateFailures.add(failure));
            }
        }
        class SyncLate extends ContinuingBlocking {
            @Override
            protected void receive(String text) {
                close();
                try {
                    send("late");
                } catch (ConnectionClosedException e) {
                    lateFailures.add(e);
                    throw e;
                }
            }
        }
        try (CapturedLog log = CapturedLog.of("io.channels4j");
                WebsocketCommunicator peer = connected(blocking ? SyncLate::new : AsyncLate::new)) {
            peer.sendTo("go");
            assertThat(peer.receiveClose()).isEqualTo(CloseStatus.NORMAL);
            peer.disconnect();

            assertThat(log.messagesFrom(Level.DEBUG)).isEmpty();
        }

        assertThat(lateFailures).hasSize(1);
        assertThat(seen).isEmpty();
    }
}
