package io.channels4j.auth;

import io.channels4j.Scope;
import io.channels4j.Session;
import io.channels4j.User;
import io.channels4j.auth.connection.LoginStore;
import io.channels4j.engine.NullChecks;
import io.channels4j.internal.SessionKeys;
import io.channels4j.middleware.CookieMiddleware;
import io.channels4j.security.CsrfMiddleware;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Stores the id and the session stamp of the logged-in user in the session, and identifies the user by them. */
final class SessionAuthenticator implements Authenticator, LoginStore {

    private final UserStore users;

    SessionAuthenticator(UserStore users) {
        this.users = users;
    }

    @Override
    public CompletionStage<Optional<User>> authenticate(Scope scope) {
        Session session = scope.session();
        return session.get(SessionKeys.USER_ID)
                .map(id -> FoundUser.widen(users, "find", users.find(id))
                        .thenApply(user -> user.filter(found -> isStampValid(session, found))))
                .orElseGet(FoundUser::none);
    }

    private boolean isStampValid(Session session, User user) {
        byte[] stored = session.get(SessionKeys.USER_STAMP).orElse("").getBytes(StandardCharsets.UTF_8);
        byte[] current = stamp(user).getBytes(StandardCharsets.UTF_8);
        boolean valid = MessageDigest.isEqual(stored, current);
        if (!valid) {
            clear(session);
        }
        return valid;
    }

    private String stamp(User user) {
        return NullChecks.value(users, "sessionStamp", "a text", users.sessionStamp(user));
    }

    @Override
    public void storeLogin(Scope scope, User user) {
        if (CookieMiddleware.responseStarted(scope)) {
            return;
        }
        Session session = scope.session();
        boolean ofOtherUser = session.get(SessionKeys.USER_ID)
                .filter(id -> !id.equals(user.id()))
                .isPresent();
        if (ofOtherUser) {
            session.clear();
        }
        session.rotateId();
        session.put(SessionKeys.USER_ID, user.id());
        session.put(SessionKeys.USER_STAMP, stamp(user));
        CsrfMiddleware.rotateToken(scope);
    }

    @Override
    public CompletionStage<Void> clearLogin(Scope scope) {
        Session session = scope.session();
        clear(session);
        return session
                .save(); // immediately, because connections that are ended next could otherwise return with the session
    }

    private static void clear(Session session) {
        session.clear();
        session.rotateId();
    }
}
