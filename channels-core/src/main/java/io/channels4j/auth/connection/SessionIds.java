package io.channels4j.auth.connection;

import io.channels4j.Scope;
import io.channels4j.Session;
import org.jspecify.annotations.Nullable;

/**
 * The ids of the session of one connection: the one that the connection has loaded or stored, and the one that another connection has stored
 * since then.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class SessionIds {

    private final Scope scope;

    /** The new id of a session that was rotated on another connection; null if it was not. */
    private volatile @Nullable String rotated;

    SessionIds(Scope scope) {
        this.scope = scope;
    }

    /** Returns true if the connection has a session, which may not be stored yet. */
    boolean isPresent() {
        return scope.get(Scope.SESSION).isPresent();
    }

    /** Returns true if one of the ids is equal to the given one. */
    boolean contain(String id) {
        return id.equals(rotated)
                || scope.get(Scope.SESSION)
                        .flatMap(Session::id)
                        .filter(id::equals)
                        .isPresent();
    }

    /** Stores the new id of the session, which another connection of the client has rotated. */
    void rotatedTo(String id) {
        rotated = id;
    }
}
