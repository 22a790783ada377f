package io.channels4j.http;

import java.util.concurrent.CompletionStage;

/** The examples from the Javadoc of the HTTP consumers. {@link HttpSnippetsTest} runs them. */
final class HttpSnippets {

    private HttpSnippets() {}

    // @start region="hello"
    static final class HelloConsumer extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            String name = scope().queryParam("name").orElse("world");
            return sendResponse(200, "Hello, " + name + "!");
        }
    }
    // @end
}
