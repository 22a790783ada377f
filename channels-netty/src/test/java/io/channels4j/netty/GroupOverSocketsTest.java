package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupOverSocketsTest {

    private static final int MEMBERS = 1000;
    private static final int BROADCASTS = 200;

    /**
     * Forwards each text message from a client to the group. It sends either a message with a handler or a broadcast.
     */
    static final class Room extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return groupSend(
                    "room",
                    scope().path().equals("/broadcast")
                            ? Broadcast.text(text)
                            : Message.of("room.said").with("text", text));
        }

        @Handles("room.said")
        CompletionStage<Void> said(Message message) {
            return send(message.getString("text"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/message", "/broadcast"})
    void deliversEveryMessageToEveryMemberOnceAndInOrder(String path) throws Exception {
        List<List<String>> received = new ArrayList<>();
        IntStream.range(0, MEMBERS).forEach(i -> received.add(new ArrayList<>()));
        CountDownLatch deliveries = new CountDownLatch(MEMBERS * BROADCASTS);
        List<String> sent =
                IntStream.range(0, BROADCASTS).mapToObj(Integer::toString).toList();
        try (InMemoryChannelLayer layer = InMemoryChannelLayer.create();
                NettyServer server = ServersWithoutLifespan.builder(Consumer.application(Room::new))
                        .channelLayer(layer)
                        .port(0)
                        .start();
                ManyClients clients = new ManyClients(server.localAddress(), path, MEMBERS, (member, text) -> {
                    received.get(member).add(text);
                    deliveries.countDown();
                })) {
            sent.forEach(text -> clients.send(7, text));

            assertThat(deliveries.await(60, TimeUnit.SECONDS))
                    .as("%d deliveries are missing", deliveries.getCount())
                    .isTrue();
        }
        assertThat(received).allSatisfy(texts -> assertThat(texts).isEqualTo(sent));
    }
}
