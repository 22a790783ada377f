package io.channels4j.guards;

import io.channels4j.Application;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import java.time.Duration;

/** Clients with a long timeout. On a busy machine, the first one may have to wait for class loading. */
final class Peer {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private Peer() {}

    static WebsocketCommunicator.Builder socket(Application application, String path) {
        return WebsocketCommunicator.builder(application, path).timeout(TIMEOUT);
    }

    static HttpCommunicator.Builder http(Application application, String path) {
        return HttpCommunicator.builder(application, "GET", path).timeout(TIMEOUT);
    }

    /** Sends a request and returns the response. If the value is empty, the header is not sent. */
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
