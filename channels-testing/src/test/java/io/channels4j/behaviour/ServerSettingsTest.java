package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Message;
import io.channels4j.concurrent.Blocking;
import io.channels4j.concurrent.BlockingExecutor;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.ReceivesJson;
import io.channels4j.websocket.WebsocketConsumer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Consumers use the JSON mapper and the blocking threads of their server. Here, a communicator takes the place of the server. */
class ServerSettingsTest {

    private static final JsonMapper SNAKE_CASE = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    record Said(String roomName) {}

    static class Echo extends AsyncJsonWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @ReceivesJson("said")
        CompletionStage<Void> said(Said said) {
            return groupSend("room", Message.of("room.said", said));
        }

        @Handles("room.said")
        CompletionStage<Void> forward(Said said) {
            return sendJson(said);
        }
    }

    static final class SnakeEcho extends Echo {

        @Override
        protected JsonMapper jsonMapper() {
            return SNAKE_CASE;
        }
    }

    static final class ThreadNames extends WebsocketConsumer {

        @Override
        protected void receive(String text) {
            send(Thread.currentThread().getName());
            send(Blocking.await(Blocking.call(() -> Thread.currentThread().getName())));
        }
    }

    @Test
    void jsonConsumerUsesTheServersMapper() {
        try (WebsocketCommunicator peer = peer(Echo::new).jsonMapper(SNAKE_CASE).build()) {
            assertThat(answer(peer, "{\"type\":\"said\",\"room_name\":\"lobby\"}"))
                    .isEqualTo("{\"room_name\":\"lobby\"}");
        }
    }

    @Test
    void jsonConsumerCanOverrideTheMapper() {
        try (WebsocketCommunicator peer = peer(SnakeEcho::new).build()) {
            assertThat(answer(peer, "{\"type\":\"said\",\"room_name\":\"lobby\"}"))
                    .isEqualTo("{\"room_name\":\"lobby\"}");
        }
    }

    @Test
    void messagesBetweenProcessesDoNotDependOnTheServersMapper() {
        try (WebsocketCommunicator peer = peer(Echo::new).jsonMapper(SNAKE_CASE).build()) {
            assertThat(peer.connect().accepted()).isTrue();

            byte[] wire = Message.of("room.said", new Said("lobby")).toJson();
            peer.channelLayer().groupSend("room", Message.fromJson(wire));

            assertThat(new String(wire, StandardCharsets.UTF_8)).contains("\"roomName\":\"lobby\"");
            assertThat(peer.receiveFrom()).isEqualTo("{\"room_name\":\"lobby\"}");
        }
    }

    @Test
    void blockingConsumerUsesTheServersThreads() {
        BlockingThreads threads =
                new BlockingThreads(BlockingExecutor.pooled("consumers", 1), BlockingExecutor.pooled("calls", 1));
        try (WebsocketCommunicator peer =
                peer(ThreadNames::new).blockingThreads(threads).build()) {
            assertThat(answer(peer, "which threads?")).isEqualTo("consumers-1");
            assertThat(peer.receiveFrom()).isEqualTo("calls-1");
        }
    }

    private static WebsocketCommunicator.Builder peer(Supplier<? extends Consumer> consumer) {
        Application application = Consumer.application(consumer);
        return WebsocketCommunicator.builder(application, "/");
    }

    private static String answer(WebsocketCommunicator peer, String message) {
        assertThat(peer.connect().accepted()).isTrue();
        peer.sendTo(message);
        return peer.receiveFrom();
    }
}
