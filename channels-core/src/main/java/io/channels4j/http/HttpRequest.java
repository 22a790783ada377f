package io.channels4j.http;

import io.channels4j.Event;

/**
 * A part of a request body. A request without a body has one empty part (ASGI {@code http.request}).
 *
 * @param body the bytes, not copied
 * @param more whether more parts follow
 */
@SuppressWarnings("ArrayRecordComponent") // events are never compared
public record HttpRequest(byte[] body, boolean more) implements Event {

    @Override
    public String type() {
        return "http.request";
    }
}
