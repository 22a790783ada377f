package io.channels4j.benchmarks;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.consumer.Handles;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.ReceivesJson;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** A consumer that is a member of the room named by its path. */
final class ChatConsumer extends AsyncJsonWebsocketConsumer {

    record Saying(String message) {}

    record Said(String type, String message, String user) {}

    @Override
    protected Set<String> groups() {
        return Set.of(room());
    }

    @ReceivesJson("message")
    CompletionStage<Void> say(Saying saying) {
        Said said = new Said("message", saying.message(), scope().user().name());
        return groupSend(room(), fast() ? Broadcast.json(said) : Message.of("chat.message", said));
    }

    @Handles("chat.message")
    CompletionStage<Void> said(Said said) {
        return sendJson(said);
    }

    private String room() {
        return "chat_" + scope().urlRoute().get("room");
    }

    private boolean fast() {
        return scope().queryString().equals("fast");
    }
}
