package io.channels4j.examples.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.session.InMemorySessionStore;
import io.channels4j.testing.WebsocketCommunicator;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ChatConsumerTest {

    private MessageStore store;
    private WebsocketCommunicator ada;

    @BeforeEach
    void adaEntersTheKitchen() {
        store = MessageStore.open(DatabaseAddress.of("jdbc:h2:mem:" + UUID.randomUUID()));
        ada = communicator("/ws/rooms/kitchen/?nick=Ada").build();
        connect(ada);
    }

    @AfterEach
    void close() {
        ada.close();
        store.close();
    }

    @Test
    void messageReachesAllMembers() {
        try (WebsocketCommunicator grace = enter("/ws/rooms/kitchen/?nick=Grace")) {
            assertThat(ada.receiveJsonFrom().at("/data/nick").stringValue()).isEqualTo("Grace"); // the "joined" notice

            ada.sendJsonTo(Map.of("type", "message", "text", "hello"));

            assertThat(grace.receiveJsonFrom().at("/data/text").stringValue()).isEqualTo("hello");
            assertThat(ada.receiveJsonFrom().at("/data/text").stringValue()).isEqualTo("hello");
        }
    }

    @Test
    void showsTypingToOthersOnly() {
        try (WebsocketCommunicator grace = enter("/ws/rooms/kitchen/?nick=Grace")) {
            grace.sendJsonTo(Map.of("type", "typing"));

            assertThat(ada.receiveJsonFrom()).isEqualTo(notice("joined", "Grace"));
            assertThat(ada.receiveJsonFrom()).isEqualTo(notice("typing", "Grace"));
            assertThat(grace.receiveNothing()).isTrue();
        }
    }

    @Test
    void announcesWhoLeft() {
        enter("/ws/rooms/kitchen/?nick=Grace").close();

        assertThat(ada.receiveJsonFrom()).isEqualTo(notice("joined", "Grace"));
        assertThat(ada.receiveJsonFrom()).isEqualTo(notice("left", "Grace"));
    }

    @Test
    void startsWithTheLatestFiftyMessages() {
        for (int number = 1; number <= 51; number++) {
            store.add("pantry", "Ada", "message " + number);
        }

        try (WebsocketCommunicator grace = peer("/ws/rooms/pantry/?nick=Grace")) {
            grace.connect();
            JsonNode history = grace.receiveJsonFrom();

            assertThat(history.path("type").stringValue()).isEqualTo("history");
            assertThat(history.path("data")).hasSize(50);
            assertThat(history.at("/data/0/text").stringValue()).isEqualTo("message 2");
            assertThat(history.at("/data/49/text").stringValue()).isEqualTo("message 51");
        }
    }

    @Test
    void storesMessages() {
        ada.sendJsonTo(Map.of("type", "message", "text", " hello "));
        JsonNode said = ada.receiveJsonFrom().path("data");

        List<ChatMessage> kept = store.latest("kitchen", 50);
        assertThat(kept).extracting(ChatMessage::nick).containsExactly("Ada");
        assertThat(kept).extracting(ChatMessage::text).containsExactly("hello");
        assertThat(kept.get(0).id()).isEqualTo(said.path("id").longValue());
        assertThat(kept.get(0).at()).isEqualTo(said.path("at").stringValue());
    }

    @Test
    void returnsMessagesThatCannotBeStored() {
        store.close();

        ada.sendJsonTo(Map.of("type", "message", "text", "precious"));
        ada.sendJsonTo(Map.of("type", "message", "text", "words"));

        assertThat(ada.receiveJsonFrom()).isEqualTo(json(new ToPage("problem", new Post("precious"))));
        assertThat(ada.receiveJsonFrom()).isEqualTo(json(new ToPage("problem", new Post("words"))));
    }

    @Test
    void ignoresInvalidMessages() {
        ada.sendTo("hello");
        ada.sendJsonTo(Map.of("type", "message"));
        ada.sendJsonTo(Map.of("type", "message", "text", " \u0000 "));
        ada.sendJsonTo(Map.of("type", "message", "text", "x".repeat(2001)));
        ada.sendJsonTo(Map.of("type", "chat.said", "id", 1, "nick", "Grace", "text", "forged"));

        ada.sendJsonTo(Map.of("type", "message", "text", "after all that"));
        assertThat(ada.receiveJsonFrom().at("/data/text").stringValue()).isEqualTo("after all that");
    }

    @Test
    void separatesRooms() {
        try (WebsocketCommunicator grace = enter("/ws/rooms/pantry/?nick=Grace")) {
            grace.sendJsonTo(Map.of("type", "message", "text", "in the pantry"));

            assertThat(grace.receiveJsonFrom().path("type").stringValue()).isEqualTo("said");
            assertThat(ada.receiveNothing()).isTrue();
        }
    }

    @Test
    void acceptsAnyRoomName() {
        try (WebsocketCommunicator grace = enter("/ws/rooms/Caf%C3%A9%20100%25%21/")) {
            grace.sendJsonTo(Map.of("type", "message", "text", "hello"));

            assertThat(grace.receiveJsonFrom().at("/data/nick").stringValue()).isEqualTo("?");
            assertThat(store.latest("Café 100%!", 1)).hasSize(1);
        }
    }

    @Test
    void rejectsOtherOrigins() {
        try (WebsocketCommunicator foreign = WebsocketCommunicator.builder(
                        ChatServer.application(store, InMemorySessionStore.create()), "/ws/rooms/kitchen/?nick=Eve")
                .header("Origin", "https://evil.example")
                .build()) {
            assertThat(foreign.connect().status()).isEqualTo(403);
        }
    }

    @Test
    void notifiesTheLobbyOfActivity() {
        try (WebsocketCommunicator lobby = enter("/ws/lobby/")) {
            ada.sendJsonTo(Map.of("type", "message", "text", "hello"));
            String at = ada.receiveJsonFrom().at("/data/at").stringValue();

            assertThat(lobby.receiveJsonFrom())
                    .isEqualTo(json(Map.of("type", "active", "data", Map.of("room", "kitchen", "at", at))));
        }
    }

    @Test
    void showsAllRoomsInTheLobby() {
        ChatMessage said = store.add("pantry", "Ada", "hello");

        try (WebsocketCommunicator lobby = peer("/ws/lobby/")) {
            lobby.connect();

            assertThat(lobby.receiveJsonFrom())
                    .isEqualTo(json(new ToPage("rooms", List.of(new RoomSummary("pantry", 1, said.at())))));
        }
    }

    /** Connects and receives the first message, which is the history of a room or the lobby's list of rooms. */
    private WebsocketCommunicator enter(String path) {
        WebsocketCommunicator peer = peer(path);
        connect(peer);
        return peer;
    }

    private static void connect(WebsocketCommunicator peer) {
        assertThat(peer.connect().accepted()).isTrue();
        assertThat(peer.receiveJsonFrom().path("type").stringValue()).isIn("history", "rooms");
    }

    private WebsocketCommunicator peer(String path) {
        return communicator(path).channelLayer(ada.channelLayer()).build();
    }

    private WebsocketCommunicator.Builder communicator(String path) {
        return WebsocketCommunicator.builder(ChatServer.application(store, InMemorySessionStore.create()), path)
                .header("Origin", "http://localhost:8000")
                .timeout(Duration.ofSeconds(10));
    }

    private static JsonNode notice(String type, String nick) {
        return json(new ToPage(type, new ToPage.Person(nick)));
    }

    private static JsonNode json(Object value) {
        return new JsonMapper().readTree(new JsonMapper().writeValueAsBytes(value));
    }
}
