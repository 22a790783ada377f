package io.channels4j.behaviour;

import io.channels4j.http.Form;
import io.channels4j.http.HttpConsumer;

/** The examples in the Javadoc of forms. {@link FormTest} runs them. */
final class FormSnippets {

    private FormSnippets() {}

    // @start region="form"
    static final class GreetingConsumer extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            String name = Form.of(body).get("name").orElse("stranger");
            sendResponse(200, "Hello, " + name);
        }
    }
    // @end
}
