package io.channels4j.redis.adjacent;

import io.channels4j.Message;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** What both versions of the chat have in common. The first word of a text from the client is a command. */
public abstract class ChatMember extends AsyncWebsocketConsumer {

    protected static final String ROOM = "chat_lobby";

    @Override
    protected final Set<String> groups() {
        return Set.of(ROOM);
    }

    @Override
    protected final CompletionStage<Void> receive(String text) {
        String[] words = text.split(" ", 3);
        return switch (words[0]) {
            case "name" -> send(channelName());
            case "to" -> channelLayer().send(words[1], Message.of("chat.direct").with("text", words[2]));
            default -> groupSend(ROOM, message(words[0], words[1]));
        };
    }

    /** Returns the message of a command. */
    protected abstract Message message(String command, String text);

    @Override
    protected final CompletionStage<Void> unhandled(Message message, String reason) {
        return send("unhandled " + message.type());
    }
}
