package io.channels4j.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.channels4j.Application;
import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.Receiver;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.support.CapturedLog;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P3: all buffers are bounded. */
class BoundsTest {

    private static final int MAX_WAITING = 64;

    private final CompletableFuture<Void> gate = new CompletableFuture<>();
    private final CountDownLatch entered = new CountDownLatch(1);
    private final AtomicInteger requested = new AtomicInteger();

    class Async extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            if (text.equals("channel?")) {
                return send(channelName());
            }
            entered.countDown();
            return gate.thenCompose(open -> send(text));
        }

        @Handles("chat.said")
        CompletionStage<Void> said(Message message) {
            return send(message.getString("text"));
        }
    }

    class Sync extends WebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Override
        protected void receive(String text) {
            if (text.equals("channel?")) {
                send(channelName());
            } else {
                entered.countDown();
                gate.join();
                send(text);
            }
        }

        @Handles("chat.said")
        void said(Message message) {
            send(message.getString("text"));
        }
    }

    private Supplier<? extends Consumer> consumer(boolean blocking) {
        return blocking ? Sync::new : Async::new;
    }

    /** Counts the events that the consumer requests from the server. */
    private Application countingRequests(Supplier<? extends Consumer> consumer) {
        return (scope, receiver, sender) -> {
            Receiver counting = () -> {
                requested.incrementAndGet();
                return receiver.receive();
            };
            return consumer.get().serve(scope, counting, sender);
        };
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("P3: a slow consumer buffers 64 events and then requests no more from the server")
    void requestsNoMoreEventsWhenFull(boolean blocking) {
        int sent = 3 * MAX_WAITING;
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(countingRequests(consumer(blocking)), "/")
                .timeout(Duration.ofSeconds(10))
                .build()) {
            peer.connect();
            for (int i = 0; i < sent; i++) {
                peer.sendTo("message " + i);
            }

            int maxRequested = MAX_WAITING + 2; // plus WebSocketConnect and the message being handled
            Awaitility.await().until(() -> requested.get() >= MAX_WAITING);
            assertThat(peer.receiveNothing()).isTrue();
            assertThat(requested).hasValueLessThanOrEqualTo(maxRequested);

            gate.complete(null);
            for (int i = 0; i < sent; i++) {
                assertThat(peer.receiveFrom()).isEqualTo("message " + i);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("P3: a full channel rejects direct messages and skips group messages, which are counted")
    void boundsTheChannel(boolean blocking) {
        Message said = Message.of("chat.said").with("text", "hello");
        try (InMemoryChannelLayer layer =
                        InMemoryChannelLayer.of(LayerSettings.defaults().withCapacity(3));
                WebsocketCommunicator peer = WebsocketCommunicator.builder(countingRequests(consumer(blocking)), "/")
                        .channelLayer(layer)
                        .timeout(Duration.ofSeconds(10))
                        .build()) {
            peer.connect();
            peer.sendTo("channel?");
            String channel = peer.receiveFrom();
            peer.sendTo("wait");
            Awaitility.await().until(() -> entered.getCount() == 0);

            for (int i = 0; i < 3; i++) {
                assertThat(layer.send(channel, said)).succeedsWithin(Duration.ofSeconds(20));
            }
            assertThat(layer.send(channel, said))
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withCauseInstanceOf(ChannelFullException.class);
            assertThat(layer.groupSend("room", said)).succeedsWithin(Duration.ofSeconds(20));
            Awaitility.await().until(() -> layer.dropped() == 2);

            gate.complete(null);
            assertThat(peer.receiveFrom()).isEqualTo("wait");
            for (int i = 0; i < 3; i++) {
                assertThat(peer.receiveFrom()).isEqualTo("hello");
            }
            assertThat(peer.receiveNothing()).isTrue();
            layer.groupSend("room", said);
            assertThat(peer.receiveFrom()).isEqualTo("hello");
        }
    }

    @Test
    @DisplayName("P3: broadcasts before accept are dropped and logged once")
    void dropsBroadcastsBeforeAccept() {
        class Late extends AsyncWebsocketConsumer {
            @Override
            protected Set<String> groups() {
                return Set.of("room");
            }

            @Override
            protected CompletionStage<Void> connect() {
                return gate.thenCompose(open -> accept());
            }
        }
        try (CapturedLog log = CapturedLog.of("io.channels4j");
                WebsocketCommunicator peer = WebsocketCommunicator.builder(countingRequests(Late::new), "/")
                        .timeout(Duration.ofSeconds(10))
                        .build()) {
            CompletableFuture<Boolean> accepted =
                    CompletableFuture.supplyAsync(() -> peer.connect().accepted());
            Awaitility.await().until(() -> requested.get() > 1);
            peer.channelLayer().groupSend("room", Broadcast.text("too early"));
            peer.channelLayer().groupSend("room", Broadcast.text("too early"));
            Awaitility.await().until(() -> !log.messagesFrom(Level.DEBUG).isEmpty());
            gate.complete(null);
            assertThat(accepted).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(true);

            peer.channelLayer().groupSend("room", Broadcast.text("in time"));

            assertThat(peer.receiveFrom()).isEqualTo("in time");
            assertThat(log.messagesFrom(Level.DEBUG)).singleElement().asString().contains("dropped a broadcast");
        }
    }
}
