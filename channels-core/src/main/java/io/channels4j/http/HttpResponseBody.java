package io.channels4j.http;

import io.channels4j.Event;

/**
 * A part of a response body. A part whose {@code more} is false ends the response (ASGI {@code http.response.body}).
 *
 * @param body the bytes, not copied
 * @param more whether more parts follow
 */
@SuppressWarnings("ArrayRecordComponent") // events are never compared
public record HttpResponseBody(byte[] body, boolean more) implements Event {

    @Override
    public String type() {
        return "http.response.body";
    }
}
