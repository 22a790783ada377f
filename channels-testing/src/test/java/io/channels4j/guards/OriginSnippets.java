package io.channels4j.guards;

import io.channels4j.Application;
import io.channels4j.security.OriginValidator;

/** The examples in the Javadoc of the Origin check. {@link OriginMiddlewareTest} runs them. */
final class OriginSnippets {

    private OriginSnippets() {}

    static Application guarded(Application chat) {
        // @start region="origins"
        Application guarded = chat.behind(OriginValidator.of("https://example.com", "localhost:3000"));
        // @end
        return guarded;
    }
}
