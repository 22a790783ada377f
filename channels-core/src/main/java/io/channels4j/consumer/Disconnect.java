package io.channels4j.consumer;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Why a connection is over.
 *
 * @param code the WebSocket close code: the peer's, or 1005 when it sent none, 1006 when the connection was cut, 1011 after a
 *     failure here; absent on HTTP
 * @param reason what the peer, the server or the application said; empty for nothing
 * @param cause the failure that ended the connection, or empty for a normal end
 */
public record Disconnect(OptionalInt code, String reason, Optional<Throwable> cause) {

    /**
     * Returns the end of a connection that has close codes.
     *
     * @param code the code
     * @param reason what was said
     * @return the value
     */
    public static Disconnect of(int code, String reason) {
        return new Disconnect(OptionalInt.of(code), reason, Optional.empty());
    }

    /**
     * Returns the end of a connection without close codes.
     *
     * @param reason what ended it
     * @return the value
     */
    public static Disconnect of(String reason) {
        return new Disconnect(OptionalInt.empty(), reason, Optional.empty());
    }

    /**
     * Returns this value with a failure as its cause.
     *
     * @param failure the failure
     * @return the new value
     */
    public Disconnect causedBy(Throwable failure) {
        return new Disconnect(code, reason, Optional.of(failure));
    }
}
