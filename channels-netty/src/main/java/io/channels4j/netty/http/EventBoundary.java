package io.channels4j.netty.http;

import io.channels4j.Headers;
import java.util.Locale;

/** Where a stream of server-sent events (WHATWG HTML, §9.2.5) may end without cutting an event in two: after an empty line. */
final class EventBoundary {

    private final boolean ofEvents;

    /** How many line ends came last, a CR LF counted once; two of them end an event. */
    private int lineEnds = 2;

    private boolean afterCr;

    EventBoundary(Headers response) {
        ofEvents = response.first("content-type")
                .map(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
                .orElse(false);
    }

    /** Tells whether the response is a stream of events at all. */
    boolean ofEvents() {
        return ofEvents;
    }

    /** Notes a part of the body. */
    void passed(byte[] part) {
        for (int i = ofEvents ? Math.max(0, part.length - 4) : part.length; i < part.length; i++) {
            byte b = part[i];
            boolean secondHalf = b == '\n' && afterCr;
            if (b == '\n' || b == '\r') {
                lineEnds += secondHalf ? 0 : 1;
            } else {
                lineEnds = 0;
            }
            afterCr = b == '\r';
        }
    }

    /** Tells whether the stream may end here. */
    boolean reached() {
        return ofEvents && lineEnds >= 2;
    }
}
