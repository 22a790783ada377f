package io.channels4j.netty.connection;

import io.channels4j.Headers;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The headers that a server adds to responses. These are {@code date} and, unless its value is empty, {@code server}.
 *
 * @param clock the clock for the date
 * @param server the value of the {@code server} header; empty for none
 */
public record ServerHeaders(InstantSource clock, String server) {

    /** Returns the current date. */
    public Instant date() {
        return clock.instant();
    }

    /** Returns the headers with the {@code server} header added, unless it is empty or the application has set one. */
    public Headers addTo(Headers response) {
        return server.isEmpty() || response.contains("server") ? response : response.with("server", server);
    }
}
