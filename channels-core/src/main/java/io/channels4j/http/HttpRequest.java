package io.channels4j.http;

import io.channels4j.Event;

/**
 * A part of the body of a request; a request without a body has one empty part (ASGI {@code http.request}).
 *
 * @param body the bytes, not copied
 * @param more whether more parts follow
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record HttpRequest(byte[] body, boolean more) implements Event {

    @Override
    public String type() {
        return "http.request";
    }
}
