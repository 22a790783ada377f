package io.channels4j.session;

import io.channels4j.ClientErrorException;

/**
 * Thrown when a session cannot be saved or reloaded because it no longer exists. It has expired or was deleted after it
 * was loaded, for example by a logout in another window. The server responds with status 400. (Django: {@code
 * SessionInterrupted}.)
 */
public final class SessionGoneException extends ClientErrorException {

    private static final long serialVersionUID = 1L;

    private static final int STATUS = 400;

    /** Creates an exception. */
    public SessionGoneException() {
        super(
                STATUS,
                "session: it was deleted or has expired while this connection used it; its changes are not saved");
    }
}
