package io.channels4j.netty.http;

import io.channels4j.Headers;
import java.util.Locale;

/**
 * Finds the positions at which a stream of server-sent events (WHATWG HTML, §9.2.5) can end without truncating an event. These
 * are the start of the stream and the positions after empty lines.
 *
 * <p>Not thread-safe.
 */
final class EventStreamBoundary {

    /** The boundary for a response that is not an event stream. It is never reached. */
    static final EventStreamBoundary NONE = new EventStreamBoundary(false);

    private final boolean ofEvents;

    /** The number of consecutive line ends at the current position. CR LF counts once. Two line ends end an event. */
    private int lineEnds = 2;

    private boolean afterCr;

    private EventStreamBoundary(boolean ofEvents) {
        this.ofEvents = ofEvents;
    }

    /**
     * Returns the boundary for a response. A response with a content-length is not treated as an event stream, because it cannot
     * end early.
     */
    static EventStreamBoundary of(Headers response) {
        boolean ofEvents = response.first("content-type")
                .map(type -> type.toLowerCase(Locale.ROOT).startsWith("text/event-stream"))
                .orElse(false);
        return ofEvents && !response.contains("content-length") ? new EventStreamBoundary(true) : NONE;
    }

    /** Returns true if the response is an event stream. */
    boolean ofEvents() {
        return ofEvents;
    }

    /** Processes a part of the body. */
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

    /** Returns true if the stream can end here. */
    boolean reached() {
        return ofEvents && lineEnds >= 2;
    }
}
