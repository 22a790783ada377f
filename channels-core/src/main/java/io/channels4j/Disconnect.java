package io.channels4j;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a connection ended.
 *
 * <p>Immutable.
 *
 * @param code the WebSocket close code, normally that of the peer; absent for HTTP. It is 1005 if the peer's close frame had no
 *     code, and 1006 if there was no close frame. After a failure in this application, it is the code that was sent, such as
 *     1011.
 * @param reason the reason given by the peer, the server or the application; may be empty
 * @param cause the failure that ended the connection; empty after a normal end
 */
public record Disconnect(OptionalInt code, String reason, Optional<Throwable> cause) {

    /**
     * Returns a disconnect with a close code.
     *
     * @param code the close code
     * @param reason the reason; may be empty
     * @return the value
     */
    public static Disconnect of(int code, String reason) {
        return new Disconnect(OptionalInt.of(code), reason, Optional.empty());
    }

    /**
     * Returns a disconnect without a close code.
     *
     * @param reason the reason
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
