package io.channels4j.session;

import io.channels4j.ChannelsException;

/** The changes of a session were not saved, because it was deleted or expired after it was loaded. */
public final class SessionGoneException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /** Creates an exception. */
    public SessionGoneException() {
        super("session: it was deleted or has expired while this connection used it; its changes are not saved");
    }
}
