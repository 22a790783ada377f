package io.channels4j.auth;

import io.channels4j.Scope;
import io.channels4j.Session;
import io.channels4j.User;
import io.channels4j.internal.Stages;
import io.channels4j.middleware.CookieMiddleware;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Keeps the id of the user who is logged in in the session. */
final class SessionAuthenticator implements Remembering {

    private static final String USER_ID = "channels.user_id";
    private static final String STAMP = "channels.user_stamp";

    private final UserStore users;

    SessionAuthenticator(UserStore users) {
        this.users = users;
    }

    @Override
    public CompletionStage<Optional<User>> authenticate(Scope scope) {
        Session session = scope.session();
        return session.get(USER_ID)
                .map(id -> users.find(id).thenApply(user -> user.filter(found -> stillValid(session, found))))
                .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
    }

    private boolean stillValid(Session session, User user) {
        byte[] noted = session.get(STAMP).orElse("").getBytes(StandardCharsets.UTF_8);
        byte[] current = users.sessionStamp(user).getBytes(StandardCharsets.UTF_8);
        boolean valid = MessageDigest.isEqual(noted, current);
        if (!valid) {
            empty(session);
        }
        return valid;
    }

    @Override
    public void remember(Scope scope, User user) {
        if (CookieMiddleware.responseStarted(scope)) {
            return;
        }
        Session session = scope.session();
        boolean another =
                session.get(USER_ID).filter(id -> !id.equals(user.id())).isPresent();
        if (another) {
            session.clear();
        }
        session.rotateId();
        session.put(USER_ID, user.id());
        session.put(STAMP, users.sessionStamp(user));
    }

    @Override
    public CompletionStage<Void> forget(Scope scope) {
        Session session = scope.session();
        empty(session);
        return CookieMiddleware.responseStarted(scope) ? session.save() : Stages.done();
    }

    private static void empty(Session session) {
        session.clear();
        session.rotateId();
    }
}
