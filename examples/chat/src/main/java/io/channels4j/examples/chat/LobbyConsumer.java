package io.channels4j.examples.chat;

import io.channels4j.Message;
import io.channels4j.concurrent.Blocking;
import io.channels4j.consumer.Handles;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The connection of one browser that shows the list of rooms. {@link ToPage} describes the protocol. */
final class LobbyConsumer extends AsyncJsonWebsocketConsumer {

    static final String GROUP = "lobby";

    record Active(String room, Instant at) {}

    private final MessageStore store;

    LobbyConsumer(MessageStore store) {
        this.store = store;
    }

    /** Returns the message to the {@link #GROUP} that reports a new message in a room. */
    static Message active(String room, ChatMessage said) {
        return Message.of("lobby.active", new Active(room, said.at()));
    }

    @Override
    protected Set<String> groups() {
        return Set.of(GROUP);
    }

    @Override
    protected CompletionStage<Void> connect() {
        return Blocking.call(() -> store.rooms(100))
                .thenCompose(rooms -> accept().thenCompose(accepted -> sendJson(new ToPage("rooms", rooms))));
    }

    @Handles("lobby.active")
    CompletionStage<Void> active(Active active) {
        return sendJson(new ToPage("active", active));
    }
}
