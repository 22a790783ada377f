package io.channels4j.http;

import io.channels4j.Event;

/**
 * A part of the body of a response; the one without {@code more} ends it (ASGI {@code http.response.body}).
 *
 * @param body the bytes, not copied
 * @param more whether more parts follow
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HttpResponseBody(byte[] body, boolean more) implements Event {

    @Override
    public String type() {
        return "http.response.body";
    }
}
