package io.channels4j.benchmarks;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.benchmarks.ChatConsumer.Said;
import io.channels4j.benchmarks.ChatConsumer.Saying;
import io.channels4j.consumer.Handles;
import io.channels4j.websocket.JsonWebsocketConsumer;
import io.channels4j.websocket.ReceivesJson;
import java.util.Set;

/** A blocking consumer that is a member of the room named by its path. */
final class BlockingChatConsumer extends JsonWebsocketConsumer {

    @Override
    protected Set<String> groups() {
        return Set.of(room());
    }

    @ReceivesJson("message")
    void say(Saying saying) {
        Said said = new Said("message", saying.message(), scope().user().name());
        groupSend(room(), fast() ? Broadcast.json(said) : Message.of("chat.message", said));
    }

    @Handles("chat.message")
    void said(Said said) {
        sendJson(said);
    }

    private String room() {
        return "chat_" + scope().urlRoute().get("room");
    }

    private boolean fast() {
        return scope().queryString().equals("fast");
    }
}
