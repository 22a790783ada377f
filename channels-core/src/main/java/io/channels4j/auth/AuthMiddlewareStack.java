package io.channels4j.auth;

import io.channels4j.Middleware;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.session.SessionStore;
import java.util.stream.Stream;

/**
 * Cookies, sessions and authentication in one: what most applications need to know their users.
 *
 * {@snippet class="io.channels4j.auth.AuthSnippets" region="stack"}
 *
 * <p>For other settings, put {@link SessionMiddleware} and {@link AuthMiddleware} behind one another.
 */
public final class AuthMiddlewareStack {

    private AuthMiddlewareStack() {}

    /**
     * Returns middleware that finds the client's session and the user in it. Anonymous users pass.
     *
     * @param users finds users by their id
     * @param sessions keeps sessions, with the default settings of {@link SessionMiddleware}
     * @param more further ways to find out who connects, asked in order when nobody is logged in in the session
     * @return the middleware
     */
    public static Middleware of(UserStore users, SessionStore sessions, Authenticator... more) {
        Authenticator[] inOrder = Stream.concat(Stream.of(Authenticator.session(users)), Stream.of(more))
                .toArray(Authenticator[]::new);
        SessionMiddleware session = SessionMiddleware.of(sessions);
        AuthMiddleware auth = AuthMiddleware.of(inOrder);
        return inner -> inner.behind(session, auth);
    }
}
