package io.channels4j.guards;

import io.channels4j.Application;
import io.channels4j.security.Cors;

/** The example in the Javadoc of the CORS middleware. {@link CorsTest} runs it. */
final class CorsSnippets {

    private CorsSnippets() {}

    static Application shared(Application api) {
        // @start region="cors"
        Application shared = api.behind(Cors.builder("https://app.example.com", "http://localhost:5173")
                .exposedHeaders("X-Total-Count")
                .credentials()
                .build());
        // @end
        return shared;
    }
}
