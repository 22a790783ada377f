package io.channels4j.http;

import io.channels4j.Event;
import io.channels4j.Headers;

/**
 * Starts a response (ASGI {@code http.response.start}). A server may hold it back until the first part of the body.
 *
 * @param status the status, 200-599
 * @param headers the headers; {@code transfer-encoding} is ignored
 */
public record HttpResponseStart(int status, Headers headers) implements Event {

    /** Validates the status. */
    public HttpResponseStart {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("response status: %d (expected: 200-599)".formatted(status));
        }
    }

    @Override
    public String type() {
        return "http.response.start";
    }
}
