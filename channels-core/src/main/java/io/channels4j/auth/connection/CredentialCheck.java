package io.channels4j.auth.connection;

import io.channels4j.Scope;
import io.channels4j.Session;
import io.channels4j.User;
import io.channels4j.internal.SessionTracking;
import io.channels4j.internal.Stages;
import io.channels4j.session.SessionGoneException;
import io.channels4j.websocket.CloseStatus;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the credentials of a connection again after revocations may have been missed. */
final class CredentialCheck {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.auth");
    private static final CloseStatus REVOKED = new CloseStatus(4401, "authentication was revoked");

    private CredentialCheck() {}

    /**
     * Ends a connection if its credentials no longer identify its user.
     *
     * @param staysOpen whether the connection stays open if the credentials cannot be checked
     */
    static CompletionStage<Void> run(
            ConnectionAuth connection, Supplier<CompletionStage<Optional<User>>> check, boolean staysOpen) {
        String id = connection.registeredUser();
        CompletionStage<Optional<User>> found;
        try {
            found = check.get();
        } catch (RuntimeException e) {
            found = CompletableFuture.failedFuture(e);
        }
        return found.handle((user, failure) -> {
            Throwable cause = failure == null ? null : Stages.unwrap(failure);
            boolean gone = cause instanceof SessionGoneException;
            if (cause != null && !gone) {
                LOG.warn(
                        "connection {}: {} although revocations may have been missed: its user could not be checked:"
                                + " {}",
                        connection.scope().connectionId(),
                        staysOpen ? "stays open" : "is closed",
                        cause.toString());
            }
            boolean revoked = cause == null
                    ? !user.filter(User::authenticated).map(User::id).equals(Optional.ofNullable(id))
                            && Objects.equals(id, connection.registeredUser())
                    : gone || !staysOpen;
            if (revoked) {
                Stages.ignore(connection.disconnect(REVOKED));
            }
            return Stages.NOTHING;
        });
    }

    /** Returns the {@link System#nanoTime} before the session in a scope was loaded, or a default value without such a session. */
    static long loadedSince(Scope scope, long otherwise) {
        return scope.get(Scope.SESSION).orElse(null) instanceof SessionTracking tracked
                ? tracked.loadedSince()
                : otherwise;
    }

    /** Loads the session in a scope again. If it is no longer stored, it becomes a session that was never saved. */
    static CompletionStage<Void> refreshSession(Scope scope) {
        Session session = scope.get(Scope.SESSION).orElse(null);
        return session instanceof SessionTracking tracked
                ? Stages.on(scope.executor(), session.reload()).exceptionally(failure -> forgetIfGone(tracked, failure))
                : Stages.done();
    }

    private static Void forgetIfGone(SessionTracking session, Throwable failure) {
        Throwable cause = Stages.unwrap(failure);
        if (!(cause instanceof SessionGoneException)) {
            throw new CompletionException(cause);
        }
        session.forget();
        return Stages.NOTHING;
    }
}
