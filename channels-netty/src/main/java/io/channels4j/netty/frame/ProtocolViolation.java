package io.channels4j.netty.frame;

import io.channels4j.ChannelsException;
import io.channels4j.websocket.CloseStatus;

/** Thrown when a peer violates the WebSocket protocol or exceeds a limit. Contains the close status to send. */
public final class ProtocolViolation extends ChannelsException {

    private static final long serialVersionUID = 1L;

    private final transient CloseStatus status;

    public ProtocolViolation(CloseStatus status, String message) {
        super(message);
        this.status = status;
    }

    /** Returns a description of the violation. */
    public String description() {
        return String.valueOf(getMessage());
    }

    public CloseStatus status() {
        return status;
    }

    /** Omits the stack trace, because the error is the peer's. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
