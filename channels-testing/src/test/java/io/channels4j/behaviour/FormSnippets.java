package io.channels4j.behaviour;

import io.channels4j.ClientErrorException;
import io.channels4j.http.Form;
import io.channels4j.http.FormFile;
import io.channels4j.http.FormLimits;
import io.channels4j.http.HttpConsumer;
import java.util.Map;

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

    // @start region="upload"
    static final class AvatarConsumer extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            Form form = Form.of(scope(), body, FormLimits.defaults().withMaxPartBytes(200_000));
            FormFile avatar = form.file("avatar").orElseThrow(() -> new ClientErrorException(400, "no avatar"));
            sendJson(Map.of("user", form.get("user").orElse(""), "bytes", avatar.bytes().length));
        }
    }
    // @end
}
