package io.channels4j.redis.adjacent.earlier;

import io.channels4j.Message;
import io.channels4j.consumer.Handles;
import io.channels4j.redis.adjacent.ChatMember;
import java.util.concurrent.CompletionStage;

/** The chat before the upgrade. */
public final class ChatConsumer extends ChatMember {

    enum Mood {
        CALM,
        HAPPY
    }

    record Said(String text, Mood mood, Integer colour) {}

    record Score(int points) {}

    record Text(String text) {}

    @Override
    protected Message message(String command, String text) {
        return switch (command) {
            case "say" -> Message.of("chat.said", new Said(text, Mood.HAPPY, 7));
            case "type" -> Message.of("chat.typing", new Text(text));
            case "score" -> Message.of("chat.score", new Score(Integer.parseInt(text)));
            default -> throw new IllegalArgumentException(command);
        };
    }

    @Handles("chat.said")
    CompletionStage<Void> said(Said said) {
        return send("said %s %s %s".formatted(said.text(), said.mood(), said.colour()));
    }

    @Handles("chat.typing")
    CompletionStage<Void> typing(Text typing) {
        return send("typing " + typing.text());
    }

    @Handles("chat.score")
    CompletionStage<Void> score(Score score) {
        return send("score " + score.points());
    }

    @Handles("chat.direct")
    CompletionStage<Void> direct(Text direct) {
        return send("direct " + direct.text());
    }
}
