package io.channels4j.http;

import io.channels4j.consumer.Handles;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The examples from the Javadoc of the server-sent event consumers. {@link SseSnippetsTest} runs them. */
final class SseSnippets {

    private SseSnippets() {}

    // @start region="news"
    record Story(long number, String headline) {}

    static final class NewsConsumer extends AsyncSseConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("news");
        }

        @Handles("news.story")
        CompletionStage<Void> story(Story story) {
            return send(ServerSentEvent.json(story).withId(Long.toString(story.number())));
        }
    }
    // @end
}
