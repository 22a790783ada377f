package io.channels4j.docs;

import io.channels4j.redis.DeadLetter;
import io.channels4j.redis.RedisChannelLayer;
import java.util.concurrent.CompletionStage;

/** The code about dead letters in docs/redis.md. */
final class DeadLettersExample {

    private DeadLettersExample() {}

    static CompletionStage<Void> requeue(RedisChannelLayer layer) {
        // @start region="requeue"
        CompletionStage<Void> requeued = layer.deadLetters().read(100).thenAccept(letters -> {
            for (DeadLetter letter : letters) {
                if (letter.reason() == DeadLetter.Reason.UNREADABLE) {
                    layer.deadLetters().requeue(letter);
                }
            }
        });
        // @end
        return requeued;
    }
}
