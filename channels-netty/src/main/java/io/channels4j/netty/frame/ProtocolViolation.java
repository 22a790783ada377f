package io.channels4j.netty.frame;

import io.channels4j.ChannelsException;
import io.channels4j.websocket.CloseStatus;

/** Tells that a peer broke RFC 6455 or a limit, and with which close code that is answered. */
public final class ProtocolViolation extends ChannelsException {

    private static final long serialVersionUID = 1L;

    private final transient CloseStatus status;

    ProtocolViolation(CloseStatus status, String message) {
        super(message);
        this.status = status;
    }

    /** Returns what the peer did. */
    public String mistake() {
        return String.valueOf(getMessage());
    }

    public CloseStatus status() {
        return status;
    }

    /** A peer's mistake needs no stack trace of ours. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
