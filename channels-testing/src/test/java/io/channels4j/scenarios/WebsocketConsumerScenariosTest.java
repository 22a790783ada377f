package io.channels4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Disconnect;
import io.channels4j.Headers;
import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.testing.ApplicationCommunicator;
import io.channels4j.testing.Handshake;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketSend;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All scenarios from upstream's {@code tests/test_generic_websocket.py} except those about JSON, for both kinds of consumers. */
class WebsocketConsumerScenariosTest {

    private static final BlockingQueue<String> CALLS = new LinkedBlockingQueue<>();

    private static WebsocketCommunicator.Builder peer(Supplier<? extends Consumer> consumer) {
        CALLS.clear();
        return WebsocketCommunicator.builder(Consumer.application(consumer), "/testws/")
                .timeout(Duration.ofSeconds(10));
    }

    private static Named<Supplier<? extends Consumer>> blocking(Supplier<? extends Consumer> consumer) {
        return Named.of("blocking", consumer);
    }

    private static Named<Supplier<? extends Consumer>> async(Supplier<? extends Consumer> consumer) {
        return Named.of("asynchronous", consumer);
    }

    // ---- test_websocket_consumer, test_async_websocket_consumer ----

    static final class SyncEcho extends WebsocketConsumer {

        @Override
        protected void connect() {
            CALLS.add("connected");
            accept();
        }

        @Override
        protected void receive(String text) {
            CALLS.add("text " + text);
            send(text);
        }

        @Override
        protected void receive(byte[] bytes) {
            CALLS.add("bytes " + bytes.length);
            send(bytes);
        }

        @Override
        protected void disconnect(Disconnect why) {
            CALLS.add("disconnected " + why.code().orElseThrow());
        }
    }

    static final class AsyncEcho extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            CALLS.add("connected");
            return accept();
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            CALLS.add("text " + text);
            return send(text);
        }

        @Override
        protected CompletionStage<Void> receive(byte[] bytes) {
            CALLS.add("bytes " + bytes.length);
            return send(bytes);
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            CALLS.add("disconnected " + why.code().orElseThrow());
            return CompletableFuture.completedFuture(null);
        }
    }

    static Stream<Named<Supplier<? extends Consumer>>> echoes() {
        return Stream.of(blocking(SyncEcho::new), async(AsyncEcho::new));
    }

    @ParameterizedTest
    @MethodSource("echoes")
    @DisplayName("test_websocket_consumer, test_async_websocket_consumer")
    void callsTheHooks(Supplier<? extends Consumer> consumer) {
        try (WebsocketCommunicator peer = peer(consumer).build()) {
            assertThat(peer.connect().accepted()).isTrue();
            peer.sendTo("hello");
            assertThat(peer.receiveFrom()).isEqualTo("hello");
            peer.sendTo(new byte[] {'w', 'a', 't'});
            assertThat(peer.receiveBytesFrom()).asString().isEqualTo("wat");
            peer.disconnect();
        }

        assertThat(CALLS).containsExactly("connected", "text hello", "bytes 3", "disconnected 1000");
    }

    @ParameterizedTest
    @MethodSource("echoes")
    @DisplayName("test_websocket_receive_with_none_text: an empty message is still text or bytes")
    void emptyMessagesKeepTheirKind(Supplier<? extends Consumer> consumer) {
        CALLS.clear();
        try (ApplicationCommunicator peer = ApplicationCommunicator.builder(
                        Consumer.application(consumer), Scope.builder("websocket"))
                .build()) {
            peer.sendInput(new WebSocketConnect());
            assertThat(peer.receiveOutput()).isInstanceOf(WebSocketAccept.class);
            peer.sendInput(WebSocketReceive.text(""));
            assertThat(((WebSocketSend) peer.receiveOutput()).isText()).isTrue();
            peer.sendInput(WebSocketReceive.binary(new byte[0]));
            assertThat(((WebSocketSend) peer.receiveOutput()).isText()).isFalse();
        }
    }

    // ---- test_multiple_websocket_consumers_with_sessions ----

    static final class PathSender extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return send(scope().path());
        }
    }

    @Test
    @DisplayName("test_multiple_websocket_consumers_with_sessions: connections keep their own scope")
    void connectionsKeepTheirOwnScope() {
        Application application = Consumer.application(PathSender::new);
        try (WebsocketCommunicator first =
                        WebsocketCommunicator.builder(application, "/path/").build();
                WebsocketCommunicator second =
                        WebsocketCommunicator.builder(application, "/path2/").build()) {
            second.connect();
            first.connect();
            first.sendTo("which?");
            second.sendTo("which?");

            assertThat(first.receiveFrom()).isEqualTo("/path/");
            assertThat(second.receiveFrom()).isEqualTo("/path2/");
        }
    }

    // ---- subprotocols, headers, reasons ----

    static final class SyncSelector extends WebsocketConsumer {

        @Override
        protected void connect() {
            assertThat(scope().subprotocols()).containsExactly("subprotocol1", "subprotocol2");
            accept("subprotocol2", Headers.of("foo", "bar"));
            close(4007, "test reason");
        }
    }

    static final class AsyncSelector extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            assertThat(scope().subprotocols()).containsExactly("subprotocol1", "subprotocol2");
            return accept("subprotocol2", Headers.of("foo", "bar")).thenCompose(accepted -> close(4007, "test reason"));
        }
    }

    static Stream<Named<Supplier<? extends Consumer>>> selectors() {
        return Stream.of(blocking(SyncSelector::new), async(AsyncSelector::new));
    }

    @ParameterizedTest
    @MethodSource("selectors")
    @DisplayName("test_websocket_consumer_subprotocol, test_async_websocket_consumer_subprotocol")
    void handshakeReturnsTheSelectedSubprotocol(Supplier<? extends Consumer> consumer) {
        try (WebsocketCommunicator peer =
                peer(consumer).subprotocols("subprotocol1", "subprotocol2").build()) {
            Handshake answer = peer.connect();

            assertThat(answer.accepted()).isTrue();
            assertThat(answer.subprotocol()).hasValue("subprotocol2");
        }
    }

    @ParameterizedTest
    @MethodSource("selectors")
    @DisplayName("test_accept_headers")
    void sendsAcceptHeaders(Supplier<? extends Consumer> consumer) {
        try (WebsocketCommunicator peer =
                peer(consumer).subprotocols("subprotocol1", "subprotocol2").build()) {
            assertThat(peer.connect().headers()).isEqualTo(Headers.of("foo", "bar"));
        }
    }

    @ParameterizedTest
    @MethodSource("selectors")
    @DisplayName("test_close_reason")
    void sendsCloseCodeAndReason(Supplier<? extends Consumer> consumer) {
        try (WebsocketCommunicator peer =
                peer(consumer).subprotocols("subprotocol1", "subprotocol2").build()) {
            peer.connect();

            assertThat(peer.receiveClose()).isEqualTo(new CloseStatus(4007, "test reason"));
        }
    }

    // ---- groups and layers ----

    static final class SyncMember extends WebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("chat");
        }

        @Override
        protected void receive(String text) {
            groupSend("chat", Message.of("chat.message").with("text", text));
        }

        @Handles("chat.message")
        void said(Message message) {
            send(message.getString("text"));
        }
    }

    static final class AsyncMember extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("chat");
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return groupSend("chat", Message.of("chat.message").with("text", text));
        }

        @Handles("chat.message")
        CompletionStage<Void> said(Message message) {
            return send(message.getString("text"));
        }

        @Handles("chat.where")
        CompletionStage<Void> where() {
            return send(channelName());
        }
    }

    static Stream<Named<Supplier<? extends Consumer>>> members() {
        return Stream.of(blocking(SyncMember::new), async(AsyncMember::new));
    }

    @ParameterizedTest
    @MethodSource("members")
    @DisplayName("test_websocket_consumer_groups, test_async_websocket_consumer_groups")
    void joinsAndLeavesGroups(Supplier<? extends Consumer> consumer) {
        try (InMemoryChannelLayer layer = InMemoryChannelLayer.create();
                WebsocketCommunicator peer = peer(consumer).channelLayer(layer).build()) {
            peer.connect();
            peer.sendTo("hello");
            assertThat(peer.receiveFrom()).isEqualTo("hello");
            assertThat(layer.groupSize("chat")).isEqualTo(1);
            layer.groupSend("chat", Message.of("chat.message").with("text", "from outside"));
            assertThat(peer.receiveFrom()).isEqualTo("from outside");

            peer.disconnect();

            assertThat(layer.groupCount()).isZero();
            assertThat(layer.channelCount()).isZero();
        }
    }

    static final class SyncOther extends WebsocketConsumer {

        @Override
        protected String channelLayerAlias() {
            return "testlayer";
        }

        @Override
        protected void receive(String text) {
            send(channelName());
        }

        @Handles("test.message")
        void message(Message message) {
            send(message.getString("text"));
        }
    }

    static final class AsyncOther extends AsyncWebsocketConsumer {

        @Override
        protected String channelLayerAlias() {
            return "testlayer";
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return send(channelName());
        }

        @Handles("test.message")
        CompletionStage<Void> message(Message message) {
            return send(message.getString("text"));
        }
    }

    static Stream<Named<Supplier<? extends Consumer>>> others() {
        return Stream.of(blocking(SyncOther::new), async(AsyncOther::new));
    }

    @ParameterizedTest
    @MethodSource("others")
    @DisplayName("test_async_websocket_consumer_specific_channel_layer")
    void aliasSelectsTheLayer(Supplier<? extends Consumer> consumer) {
        try (InMemoryChannelLayer layer = InMemoryChannelLayer.create();
                WebsocketCommunicator peer = peer(consumer)
                        .channelLayers(new ChannelLayers(Map.of("testlayer", layer)))
                        .build()) {
            peer.connect();
            peer.sendTo("where?");
            String channel = peer.receiveFrom();

            layer.send(channel, Message.of("test.message").with("text", "hello"));

            assertThat(peer.receiveFrom()).isEqualTo("hello");
        }
    }

    // ---- methods that messages cannot invoke ----

    static final class Private extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("chat");
        }

        @SuppressWarnings({"MethodName", "unused"}) // upstream's method name; no annotation makes it a handler here
        CompletionStage<Void> _my_private_handler(Message message) {
            return send("should never be reached");
        }
    }

    static Stream<String> privateTypes() {
        return List.of("_my_private_handler", ".my_private_handler", "my.private.handler", "close", "websocket.receive")
                .stream();
    }

    @ParameterizedTest
    @MethodSource("privateTypes")
    @DisplayName("test_block_underscored_type_function_call, test_block_leading_dot_type_function_call")
    void invokesAnnotatedMethodsOnly(String type) {
        try (WebsocketCommunicator peer = peer(Private::new).build()) {
            peer.connect();

            peer.channelLayer().groupSend("chat", Message.of(type).with("text", "hello"));

            assertThat(peer.receiveNothing()).isTrue(); // unhandled(..) ignores it
        }
    }
}
