package io.channels4j.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Disconnect;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.testing.Handshake;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections that are not accepted are disconnected once and leave their groups. */
class RefusedConnectionTest {

    private final IllegalStateException broken = new IllegalStateException("broken");

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final BlockingQueue<Disconnect> ends = new LinkedBlockingQueue<>();

    @AfterEach
    void assertNoGroupOrChannelLeft() {
        assertThat(layer.groupCount()).isZero();
        assertThat(layer.channelCount()).isZero();
        layer.close();
    }

    /** Joins a group before {@code connect} is called. */
    abstract class Member extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Override
        protected CompletionStage<Void> connect() {
            assertThat(layer.groupSize("room")).isEqualTo(1);
            return decide();
        }

        abstract CompletionStage<Void> decide();

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            ends.add(why);
            return CompletableFuture.completedFuture(null);
        }
    }

    class Closing extends Member {
        @Override
        CompletionStage<Void> decide() {
            CompletionStage<Void> closed = close(4003, "");
            assertThat(layer.groupSize("room")).isZero();
            return closed;
        }
    }

    class Rejecting extends Member {
        @Override
        CompletionStage<Void> decide() {
            CompletionStage<Void> rejected = reject(401, "who are you?");
            assertThat(layer.groupSize("room")).isZero();
            return rejected;
        }
    }

    class Throwing extends Member {
        @Override
        CompletionStage<Void> decide() {
            throw broken;
        }
    }

    class Undecided extends Member {
        @Override
        CompletionStage<Void> decide() {
            return CompletableFuture.completedFuture(null);
        }
    }

    private WebsocketCommunicator peer(Supplier<? extends Consumer> consumer) {
        return WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .channelLayer(layer)
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    @Test
    @DisplayName("P2: a closed handshake leaves its groups immediately")
    void leavesGroupsAfterAClosedHandshake() {
        try (WebsocketCommunicator peer = peer(Closing::new)) {
            Handshake answer = peer.connect();

            assertThat(answer.accepted()).isFalse();
            assertThat(answer.closeCode()).hasValue(4003);
        }

        assertThat(ends).hasSize(1);
    }

    @Test
    @DisplayName("P2: a rejected handshake leaves its groups immediately")
    void leavesGroupsAfterARejectedHandshake() {
        try (WebsocketCommunicator peer = peer(Rejecting::new)) {
            Handshake answer = peer.connect();

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.text()).isEqualTo("who are you?");
            assertThat(answer.headers().first("content-type")).hasValue("text/plain; charset=utf-8");
        }

        assertThat(ends).hasSize(1);
    }

    @Test
    @DisplayName("P2: a failed handshake is disconnected and leaves its groups")
    void leavesGroupsAfterAFailedHandshake() {
        try (WebsocketCommunicator peer = peer(Throwing::new)) {
            assertThatThrownBy(peer::connect).isSameAs(broken);
            assertThat(peer.connect().status()).isEqualTo(500);
        }

        assertThat(ends)
                .singleElement()
                .satisfies(why -> assertThat(why.cause()).containsSame(broken));
    }

    @Test
    @DisplayName("P2: a peer that leaves before the decision is disconnected")
    void disconnectsWhenThePeerLeavesBeforeTheDecision() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(Undecided::new), "/")
                .channelLayer(layer)
                .timeout(Duration.ofMillis(500))
                .build()) {
            assertThatThrownBy(peer::connect).hasMessageContaining("connect: nothing within 500 ms");
        }

        assertThat(ends).singleElement().satisfies(why -> assertThat(why.code()).hasValue(1006));
    }

    @Test
    @DisplayName("a blocking consumer's rejected connections are disconnected too")
    void disconnectsARejectedBlockingConsumer() {
        class Blocking extends WebsocketConsumer {
            @Override
            protected Set<String> groups() {
                return Set.of("room");
            }

            @Override
            protected void connect() {
                reject(401, "who are you?");
            }

            @Override
            protected void disconnect(Disconnect why) {
                ends.add(why);
            }
        }
        try (WebsocketCommunicator peer = peer(Blocking::new)) {
            assertThat(peer.connect().status()).isEqualTo(401);
        }

        Awaitility.await().until(() -> ends.size() == 1);
    }

    @Test
    @DisplayName(
            "P2: a connection whose groups cannot be joined is not started: neither connect nor disconnect is called")
    void doesNotStartWhenJoiningFails() {
        AtomicInteger connects = new AtomicInteger();
        class JoiningFails extends Closing {
            @Override
            protected Set<String> groups() {
                return Set.of("no\nname");
            }

            @Override
            CompletionStage<Void> decide() {
                connects.incrementAndGet();
                return super.decide();
            }
        }
        try (WebsocketCommunicator peer = peer(JoiningFails::new)) {
            assertThatThrownBy(peer::connect)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("group name");
            assertThat(peer.connect().status()).isEqualTo(400);
        }

        assertThat(connects).hasValue(0);
        assertThat(ends).isEmpty();
    }

    class CleansUp extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            return close();
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            return groupDiscard("room")
                    .thenCompose(left -> groupAdd("room"))
                    .thenCompose(joined -> groupSendOthers("room", Message.of("left")))
                    .thenAccept(sent -> ends.add(why));
        }
    }

    class CleansUpBlocking extends WebsocketConsumer {

        @Override
        protected void connect() {
            close();
        }

        @Override
        protected void disconnect(Disconnect why) {
            groupDiscard("room");
            groupAdd("room");
            groupSendOthers("room", Message.of("left"));
            ends.add(why);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("group operations in disconnect() of a refused connection are harmless")
    void groupOperationsInDisconnectAreHarmless(boolean blocking) throws InterruptedException {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(
                        Consumer.application(blocking ? CleansUpBlocking::new : CleansUp::new), "/")
                .channelLayer(layer)
                .build()) {
            assertThat(peer.connect().accepted()).isFalse();

            assertThat(ends.poll(10, TimeUnit.SECONDS)).isNotNull();
        }
    }
}
