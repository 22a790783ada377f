package io.channels4j.netty.connection;

import io.channels4j.Headers;
import java.time.Instant;
import java.time.InstantSource;

/**
 * What a server adds to responses: the date, and its name unless that is empty.
 *
 * @param clock tells the date
 * @param server the name
 */
public record ServerHeaders(InstantSource clock, String server) {

    /** Returns the date. */
    public Instant date() {
        return clock.instant();
    }

    /** Returns the headers of a response with the server's name, unless the application gave one. */
    public Headers sign(Headers response) {
        return server.isEmpty() || response.contains("server") ? response : response.with("server", server);
    }
}
