package io.channels4j.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.OverloadedException;
import io.channels4j.consumer.Consumer;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A callback that violates the contract ends its connection and never blocks it. */
class BrokenCallbacksTest {

    private final BlockingQueue<Disconnect> ends = new LinkedBlockingQueue<>();

    private static WebsocketCommunicator peer(Supplier<? extends Consumer> consumer) {
        return WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    /** Returns null where a stage is expected. */
    class Null extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return null;
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            ends.add(why);
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    @DisplayName("P2: a callback that returns null fails")
    void failsWhenACallbackReturnsNull() {
        try (WebsocketCommunicator peer = peer(Null::new)) {
            peer.connect();
            peer.sendTo("go");

            assertThatThrownBy(peer::receiveClose).hasMessageContaining("null");
            assertThat(peer.receiveClose()).isEqualTo(CloseStatus.INTERNAL_ERROR);
        }

        assertThat(ends).hasSize(1);
    }

    @Test
    @DisplayName("P2: a connect that returns null fails")
    void failsWhenConnectReturnsNull() {
        class NullConnect extends Null {
            @Override
            protected CompletionStage<Void> connect() {
                return null;
            }
        }
        try (WebsocketCommunicator peer = peer(NullConnect::new)) {
            assertThatThrownBy(peer::connect).hasMessageContaining("null");
            assertThat(peer.connect().status()).isEqualTo(500);
        }

        assertThat(ends).hasSize(1);
    }

    @Test
    @DisplayName("P2: an error hook that returns null fails")
    void failsWhenTheErrorHookReturnsNull() {
        class NullDecision extends Null {
            @Override
            protected CompletionStage<Void> onError(Throwable failure, Event during) {
                return null;
            }
        }
        try (WebsocketCommunicator peer = peer(NullDecision::new)) {
            peer.connect();
            peer.sendTo("go");

            assertThatThrownBy(peer::receiveClose).hasMessageContaining("null");
        }

        assertThat(ends).hasSize(1);
    }

    @Test
    @DisplayName("P4: a callback that fails with OverloadedException closes with 1013")
    void closesWithTryAgainLaterOnOverload() {
        class Overloaded extends Null {
            @Override
            protected CompletionStage<Void> receive(String text) {
                throw new OverloadedException("threads: all taken");
            }
        }
        try (WebsocketCommunicator peer = peer(Overloaded::new)) {
            peer.connect();
            peer.sendTo("go");

            assertThatThrownBy(peer::receiveClose).isInstanceOf(OverloadedException.class);
            assertThat(peer.receiveClose()).isEqualTo(CloseStatus.TRY_AGAIN_LATER);
        }
    }
}
