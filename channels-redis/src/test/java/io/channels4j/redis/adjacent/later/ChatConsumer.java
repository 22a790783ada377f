package io.channels4j.redis.adjacent.later;

import io.channels4j.Message;
import io.channels4j.consumer.Handles;
import io.channels4j.redis.adjacent.ChatMember;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * The chat after the upgrade. It has a new message type, a new mood, new fields and one field less. The handler of {@code chat.typing} has
 * another type.
 */
public final class ChatConsumer extends ChatMember {

    enum Mood {
        CALM,
        HAPPY,
        ANGRY
    }

    record Said(String text, Mood mood, Integer length, List<String> mentions) {}

    record Score(int points, int rank) {}

    record Text(String text) {}

    @Override
    protected Message message(String command, String text) {
        return switch (command) {
            case "say" -> Message.of("chat.said", new Said(text, Mood.HAPPY, text.length(), List.of("ada")));
            case "shout" -> Message.of("chat.said", new Said(text, Mood.ANGRY, text.length(), List.of()));
            case "type" -> Message.of("chat.writing", new Text(text));
            case "react" -> Message.of("chat.reaction", new Text(text));
            case "score" -> Message.of("chat.score", new Score(Integer.parseInt(text), 3));
            default -> throw new IllegalArgumentException(command);
        };
    }

    @Handles("chat.said")
    CompletionStage<Void> said(Said said) {
        return send("said %s %s %s %s".formatted(said.text(), said.mood(), said.length(), said.mentions()));
    }

    @Handles("chat.writing")
    CompletionStage<Void> writing(Text writing) {
        return send("writing " + writing.text());
    }

    @Handles("chat.reaction")
    CompletionStage<Void> reaction(Text reaction) {
        return send("reaction " + reaction.text());
    }

    @Handles("chat.score")
    CompletionStage<Void> score(Score score) {
        return send("score %d %d".formatted(score.points(), score.rank()));
    }

    @Handles("chat.direct")
    CompletionStage<Void> direct(Text direct) {
        return send("direct " + direct.text());
    }
}
