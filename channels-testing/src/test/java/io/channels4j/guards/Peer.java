package io.channels4j.guards;

import io.channels4j.Application;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import java.time.Duration;

/** Clients with a long timeout: on a loaded machine the first one waits for class loading. */
final class Peer {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Peer() {}

    static WebsocketCommunicator.Builder socket(Application application, String path) {
        return WebsocketCommunicator.builder(application, path).timeout(PATIENCE);
    }

    static HttpCommunicator.Builder http(Application application, String path) {
        return HttpCommunicator.builder(application, "GET", path).timeout(PATIENCE);
    }

    /** Sends a request, with a header unless its value is empty, and returns the response. */
    static HttpCommunicator.Response get(Application application, String path, String header, String value) {
        HttpCommunicator.Builder builder = http(application, path);
        if (!value.isEmpty()) {
            builder.header(header, value);
        }
        try (HttpCommunicator peer = builder.build()) {
            return peer.getResponse();
        }
    }
}
