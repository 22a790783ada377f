package io.channels4j.benchmarks;

import io.channels4j.http.AsyncHttpConsumer;
import java.util.concurrent.CompletionStage;

/** Responds to health checks. */
final class HealthConsumer extends AsyncHttpConsumer {

    @Override
    protected CompletionStage<Void> handle(byte[] body) {
        return sendResponse(200, "ok");
    }
}
