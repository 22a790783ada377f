package io.channels4j.behaviour;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerSettings;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebsocketConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** While a message with a key waits, a newer one with the same key replaces it. */
class ConflationTest {

    private final AtomicLong conflated = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final InMemoryChannelLayer layer = layer(LayerSettings.defaults());
    private final CompletableFuture<Void> gate = new CompletableFuture<>();
    private final CountDownLatch waiting = new CountDownLatch(1);
    private volatile Executor executor;

    private InMemoryChannelLayer layer(LayerSettings settings) {
        return InMemoryChannelLayer.of(settings, new LayerListener() {
            @Override
            public void conflated(long messages) {
                conflated.addAndGet(messages);
            }

            @Override
            public void dropped(DropReason reason, long messages) {
                dropped.addAndGet(messages);
            }
        });
    }

    @AfterEach
    void close() {
        layer.close();
    }

    /** Its first message is busy until the gate opens, so the others wait. */
    class Async extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room", "other");
        }

        @Handles("busy")
        CompletionStage<Void> busy() {
            executor = scope().executor();
            waiting.countDown();
            return gate;
        }

        @Handles("price")
        CompletionStage<Void> price(Message message) {
            return send(message.getString("text"));
        }

        @Handles("said")
        CompletionStage<Void> said(Message message) {
            return send(message.getString("text"));
        }

        @Handles("layer.gap")
        CompletionStage<Void> gap() {
            return send("gap");
        }
    }

    class Sync extends WebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room", "other");
        }

        @Handles("busy")
        void busy() {
            executor = scope().executor();
            waiting.countDown();
            gate.join();
        }

        @Handles("price")
        void price(Message message) {
            send(message.getString("text"));
        }

        @Handles("said")
        void said(Message message) {
            send(message.getString("text"));
        }
    }

    private WebsocketCommunicator busy(Supplier<? extends Consumer> consumer, InMemoryChannelLayer used)
            throws InterruptedException {
        WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .channelLayer(used)
                .build();
        peer.connect();
        used.groupSend("room", Message.of("busy"));
        assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();
        settle();
        return peer;
    }

    private WebsocketCommunicator busy(boolean blocking) throws InterruptedException {
        return busy(blocking ? Sync::new : Async::new, layer);
    }

    /** Waits until everything that was sent waits for the consumer. */
    private void settle() {
        for (int i = 0; i < 2; i++) { // messages that were sent during a delivery are delivered by the next task
            CompletableFuture.runAsync(() -> {}, executor).join();
        }
    }

    private void open() {
        settle();
        gate.complete(null);
    }

    private static Message price(String text, String key) {
        return Message.of("price").with("text", text).latest(key);
    }

    private static Message said(String text) {
        return Message.of("said").with("text", text);
    }

    private List<String> received(WebsocketCommunicator peer) {
        layer.groupSend("room", said("end"));
        open();
        List<String> texts = new ArrayList<>();
        for (String text = peer.receiveFrom(); !text.equals("end"); text = peer.receiveFrom()) {
            texts.add(text);
        }
        return texts;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNewerMessageTakesThePlaceOfTheOlder(boolean blocking) throws Exception {
        try (WebsocketCommunicator peer = busy(blocking)) {
            layer.groupSend("room", said("first"));
            layer.groupSend("room", price("a1", "a"));
            layer.groupSend("room", price("b1", "b"));
            layer.groupSend("room", price("a2", "a"));
            layer.groupSend("room", price("a3", "a"));
            layer.groupSend("room", said("last"));

            assertThat(received(peer)).containsExactly("first", "a3", "b1", "last");
            assertThat(layer.conflated()).isEqualTo(2);
            assertThat(conflated).hasValue(2);
            assertThat(layer.dropped()).isZero();
            assertThat(dropped).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void neverOvertakesAMessageWithoutAKey(boolean blocking) throws Exception {
        try (WebsocketCommunicator peer = busy(blocking)) {
            layer.groupSend("room", price("a1", "a"));
            layer.groupSend("room", price("b1", "b"));
            layer.groupSend("room", said("reset"));
            layer.groupSend("room", price("a2", "a"));
            layer.groupSend("room", price("a3", "a"));

            assertThat(received(peer)).containsExactly("b1", "reset", "a3");
            assertThat(layer.conflated()).isEqualTo(2);
        }
    }

    @Test
    void aKeyBelongsToItsGroupOrChannel() throws Exception {
        class Named extends Async {
            @Override
            protected CompletionStage<Void> connect() {
                return accept().thenCompose(done -> send(channelName()));
            }
        }
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(Named::new), "/")
                .channelLayer(layer)
                .build()) {
            peer.connect();
            String channel = peer.receiveFrom();
            layer.groupSend("room", Message.of("busy"));
            assertThat(waiting.await(10, TimeUnit.SECONDS)).isTrue();

            Message shared = price("room and other", "a");
            layer.groupSend("room", shared);
            layer.groupSend("other", shared);
            layer.send(channel, price("direct 1", "a"));
            layer.groupSend("other", price("other 2", "a"));
            layer.send(channel, price("direct 2", "a"));

            assertThat(received(peer)).containsExactly("room and other", "other 2", "direct 2");
            assertThat(layer.conflated()).isEqualTo(2);
        }
    }

    @Test
    void messagesThatDoNotWaitAreAllHandled() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(Async::new), "/")
                .channelLayer(layer)
                .build()) {
            peer.connect();
            for (int i = 0; i < 3; i++) {
                layer.groupSend("room", price("a" + i, "a"));
                assertThat(peer.receiveFrom()).isEqualTo("a" + i);
            }
            assertThat(layer.conflated()).isZero();
        }
    }

    @Test
    void broadcastsAndMessagesReplaceEachOther() throws Exception {
        try (WebsocketCommunicator peer = busy(false)) {
            layer.groupSend("room", Broadcast.text("t1").latest("t"));
            layer.groupSend("room", price("a1", "a"));
            layer.groupSend("room", Broadcast.text("t2").latest("t"));
            layer.groupSend("room", Broadcast.text("a2").latest("a"));

            assertThat(received(peer)).containsExactly("t2", "a2");
            assertThat(layer.conflated()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("P3: a full channel accepts a message that replaces another, and reports no gap")
    void replacesInAFullChannel() throws Exception {
        InMemoryChannelLayer small = layer(LayerSettings.defaults().withCapacity(3));
        try (WebsocketCommunicator peer = busy(Async::new, small)) {
            small.groupSend("room", price("a1", "a"));
            small.groupSend("room", price("b1", "b"));
            small.groupSend("room", price("c1", "c"));
            settle();
            for (int i = 2; i < 100; i++) {
                small.groupSend("room", price("a" + i, "a"));
                small.groupSend("room", price("b" + i, "b"));
                settle();
            }
            open();

            assertThat(peer.receiveFrom()).isEqualTo("a99");
            assertThat(peer.receiveFrom()).isEqualTo("b99");
            assertThat(peer.receiveFrom()).isEqualTo("c1");
            assertThat(peer.receiveNothing()).isTrue();
            assertThat(small.dropped()).isZero();
            assertThat(small.conflated()).isEqualTo(2 * 98);
        }
    }

    @Test
    @DisplayName("P3: a replacement counts its bytes")
    void replacementCountsItsBytes() throws Exception {
        InMemoryChannelLayer small = layer(LayerSettings.defaults().withMaxChannelBytes(20_000));
        try (WebsocketCommunicator peer = busy(Async::new, small)) {
            for (int i = 0; i < 10; i++) {
                small.groupSend("room", price("small", "key" + i));
            }
            for (int i = 0; i < 10; i++) {
                small.groupSend("room", price("x".repeat(9_000), "key" + i));
            }
            open();

            assertThat(small.dropped()).isPositive();
            assertThat(small.conflated()).isPositive().isLessThan(3);
            assertThat(small.conflated() + small.dropped()).isEqualTo(10);
            for (String text = peer.receiveFrom(); !text.equals("gap"); text = peer.receiveFrom()) {
                assertThat(text).isNotEmpty();
            }
        }
    }

    @Test
    void marksSurviveCopiesAndJson() {
        Message message = Message.of("m").latest("k").ephemeral().with("x", 1);
        Message read = Message.fromJson(message.toJson());
        Broadcast broadcast = (Broadcast)
                Message.fromJson(Broadcast.text("t").ephemeral().latest("k").toJson());

        assertThat(message.latestKey()).contains("k");
        assertThat(read).isEqualTo(message);
        assertThat(read.latestKey()).contains("k");
        assertThat(read.isEphemeral()).isTrue();
        assertThat(broadcast.latestKey()).contains("k");
        assertThat(broadcast.isEphemeral()).isTrue();
        assertThat(broadcast.bytes()).isEqualTo("t".getBytes(UTF_8));
        assertThat(Message.of("m").latestKey()).isEmpty();
        assertThat(Message.of("m").isEphemeral()).isFalse();
    }

    @Test
    @DisplayName("P9: marks are extra fields, and marks of another form are ignored")
    void readsOtherVersions() {
        String plain = new String(Message.of("m").toJson(), UTF_8);
        assertThat(plain).isEqualTo("{\"type\":\"m\",\"payload\":{}}");

        for (String marks : List.of("\"latest\":{\"a\":1}", "\"latest\":\"\"", "\"ephemeral\":[]", "\"later\":1")) {
            Message read = Message.fromJson(("{\"type\":\"m\",\"payload\":{}," + marks + "}").getBytes(UTF_8));
            assertThat(read.latestKey()).isEmpty();
            assertThat(read.isEphemeral()).isFalse();
        }
    }

    @Test
    void rejectsInvalidKeys() {
        Message message = Message.of("m");

        assertThatThrownBy(() -> message.latest(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("latest key: 0 characters (expected: 1 to 255)");
        assertThatThrownBy(() -> message.latest("k".repeat(256))).isInstanceOf(IllegalArgumentException.class);
    }
}
