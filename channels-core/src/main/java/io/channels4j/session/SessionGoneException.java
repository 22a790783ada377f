package io.channels4j.session;

import io.channels4j.ChannelsException;

/** Thrown when changes to a session are not saved because it was deleted or has expired since it was loaded. */
public final class SessionGoneException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception. */
    public SessionGoneException() {
        super("session: it was deleted or has expired while this connection used it; its changes are not saved");
    }
}
