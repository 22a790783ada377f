package io.channels4j.behaviour;

import io.channels4j.Application;
import io.channels4j.middleware.CompressionMiddleware;

/** The examples in the Javadoc of the compression of responses. {@link CompressionTest} runs them. */
final class CompressionSnippets {

    private CompressionSnippets() {}

    static Application compressed(Application pages) {
        // @start region="compress"
        Application compressed = pages.behind(CompressionMiddleware.create());
        // @end
        return compressed;
    }
}
