package io.channels4j.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.support.CapturedLog;
import io.channels4j.support.PartialProxy;
import io.channels4j.testing.FaultyLayer;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.InvalidJson;
import io.channels4j.websocket.ReceivesJson;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests channel-layer messages: their order, their handlers, and layer failures. */
class LayerMessagesTest {

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final CompletableFuture<Void> gate = new CompletableFuture<>();
    private final CountDownLatch accepted = new CountDownLatch(1);

    @AfterEach
    void close() {
        layer.close();
    }

    private WebsocketCommunicator peer(Supplier<? extends Consumer> consumer) {
        return WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .channelLayer(layer)
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    private WebsocketCommunicator connected(Supplier<? extends Consumer> consumer) {
        WebsocketCommunicator peer = peer(consumer);
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    private static Message said(String text) {
        return Message.of("chat.said").with("text", text);
    }

    static class Async extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Handles("chat.said")
        CompletionStage<Void> said(Message message) {
            return send(message.getString("text"));
        }
    }

    static class Sync extends WebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Handles("chat.said")
        void said(Message message) {
            send(message.getString("text"));
        }
    }

    class SlowAsync extends Async {
        @Override
        protected CompletionStage<Void> connect() {
            return accept().thenCompose(done -> {
                accepted.countDown();
                return gate;
            });
        }
    }

    class SlowSync extends Sync {
        @Override
        protected void connect() {
            accept();
            accepted.countDown();
            gate.join();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("messages are held until connect has completed and then delivered in order")
    void holdsMessagesUntilConnected(boolean blocking) throws Exception {
        try (WebsocketCommunicator peer = connected(blocking ? SlowSync::new : SlowAsync::new)) {
            assertThat(accepted.await(20, TimeUnit.SECONDS)).isTrue();
            layer.groupSend("room", said("one"));
            layer.groupSend("room", said("two"));
            assertThat(peer.receiveNothing()).isTrue();

            gate.complete(null);
            layer.groupSend("room", said("three"));

            assertThat(peer.receiveFrom()).isEqualTo("one");
            assertThat(peer.receiveFrom()).isEqualTo("two");
            assertThat(peer.receiveFrom()).isEqualTo("three");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("a broadcast keeps its place among messages")
    void broadcastKeepsItsPlace(boolean blocking) {
        try (WebsocketCommunicator peer = connected(blocking ? Sync::new : Async::new)) {
            layer.groupSend("room", said("connected"));
            assertThat(peer.receiveFrom()).isEqualTo("connected");

            for (int i = 0; i < 50; i++) {
                layer.groupSend("room", said("message " + i));
                layer.groupSend("room", Broadcast.text("broadcast " + i));
            }

            for (int i = 0; i < 50; i++) {
                assertThat(peer.receiveFrom()).isEqualTo("message " + i);
                assertThat(peer.receiveFrom()).isEqualTo("broadcast " + i);
            }
        }
    }

    @Test
    @DisplayName("broadcasts of bytes and of JSON need no handler")
    void broadcastsNeedNoHandler() {
        try (WebsocketCommunicator peer = connected(Async::new)) {
            layer.groupSend("room", Broadcast.binary(new byte[] {1, 2}));
            layer.groupSend("room", Broadcast.json(Map.of("n", 1)));

            assertThat(peer.receiveBytesFrom()).containsExactly(1, 2);
            assertThat(peer.receiveJsonFrom().path("n").intValue()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("groupSendOthers excludes the sender")
    void canExcludeTheSender() {
        class Typing extends Async {
            @Override
            protected CompletionStage<Void> receive(String text) {
                return groupSendOthers("room", LayerMessagesTest.said(text));
            }
        }
        try (WebsocketCommunicator ada = connected(Typing::new);
                WebsocketCommunicator bob = connected(Typing::new)) {
            ada.sendTo("ada is typing");

            assertThat(bob.receiveFrom()).isEqualTo("ada is typing");
            assertThat(ada.receiveNothing()).isTrue();
        }
    }

    @Test
    @DisplayName("stages of the layer complete on the consumer's executor")
    void layerStagesCompleteOnTheConsumersExecutor() {
        ChannelLayer slow = PartialProxy.of(
                ChannelLayer.class, layer, Map.of("groupSend", () -> CompletableFuture.runAsync(() -> {})));
        class Sender extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> receive(String text) {
                return groupSend("room", Message.of("x"))
                        .thenCompose(
                                sent -> send(Thread.currentThread().getClass().getSimpleName()));
            }
        }
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(Sender::new), "/")
                .channelLayer(slow)
                .timeout(Duration.ofSeconds(10))
                .build()) {
            peer.connect();
            peer.sendTo("go");

            assertThat(peer.receiveFrom()).isEqualTo("LoopThread");
        }
    }

    // ---- an unavailable layer ----

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("P5: an unavailable layer does not close connections and is logged once")
    void unavailableLayerDoesNotCloseConnections(boolean blocking) {
        FaultyLayer unavailable = FaultyLayer.of(layer, 1).chance(FaultyLayer.Fault.FAIL, 1);
        class AsyncSender extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> receive(String text) {
                return text.equals("still there?") ? send("yes") : groupSend("room", Message.of("x"));
            }
        }
        class SyncSender extends WebsocketConsumer {
            @Override
            protected void receive(String text) {
                if (text.equals("still there?")) {
                    send("yes");
                } else {
                    groupSend("room", Message.of("x"));
                }
            }
        }
        Supplier<? extends Consumer> consumer = blocking ? SyncSender::new : AsyncSender::new;
        try (CapturedLog log = CapturedLog.of("io.channels4j");
                WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                        .channelLayer(unavailable)
                        .timeout(Duration.ofSeconds(10))
                        .build()) {
            peer.connect();
            peer.sendTo("to the group");
            peer.sendTo("to the group");
            peer.sendTo("still there?");

            assertThat(peer.receiveFrom()).isEqualTo("yes");
            assertThat(log.messagesFrom(Level.INFO))
                    .hasSizeLessThanOrEqualTo(1); // another test may have reported the outage
        }
    }

    // ---- methods that messages can invoke ----

    static final class Room extends AsyncJsonWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @ReceivesJson("typing")
        CompletionStage<Void> typing() {
            return send("typing");
        }

        @Handles("chat.said")
        CompletionStage<Void> said() {
            return send("said");
        }

        @Override
        protected CompletionStage<Void> receiveInvalid(InvalidJson invalid) {
            return send("invalid");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat.said", "said", "chat_said", "send", "channels.broadcast"})
    @DisplayName("a client cannot invoke handlers of layer messages")
    void clientsCannotForgeLayerMessages(String type) {
        try (WebsocketCommunicator peer = connected(Room::new)) {
            peer.sendJsonTo(Map.of("type", type, "text", "hello"));

            assertThat(peer.receiveFrom()).isEqualTo("invalid");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"typing", "websocket.receive", "websocket.disconnect", "receive", "said"})
    @DisplayName("a layer message cannot invoke handlers of client messages or any other method")
    void layerMessagesCannotForgeClientMessages(String type) {
        try (WebsocketCommunicator peer = connected(Room::new)) {
            layer.groupSend("room", Message.of(type).with("text", "hello"));

            assertThat(peer.receiveNothing()).isTrue(); // unhandled(..) ignores it
        }
    }

    record Said(String user, int times) {}

    static final class Typed extends AsyncWebsocketConsumer {
        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Handles("chat.said")
        CompletionStage<Void> said(Said said) {
            return send(said.user() + " " + said.times());
        }
    }

    @Test
    @DisplayName("a handler receives the record type of its parameter, also after a JSON round trip")
    void handlersReceiveRecords() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(Typed::new), "/")
                .timeout(Duration.ofSeconds(10))
                .build()) {
            peer.connect();

            peer.channelLayer().groupSend("room", Message.of("chat.said", new Said("ada", 3)));

            assertThat(peer.receiveFrom()).isEqualTo("ada 3");
        }
    }
}
