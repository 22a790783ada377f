package io.channels4j.docs;

import io.channels4j.Application;
import io.channels4j.http.HttpConsumer;

/** An application that answers with the name of the user. */
final class UserName {

    Application application() {
        return (scope, receiver, sender) -> new Page().serve(scope, receiver, sender);
    }

    private static final class Page extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            sendResponse(200, scope().user().name());
        }
    }
}
