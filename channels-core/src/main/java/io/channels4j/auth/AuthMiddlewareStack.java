package io.channels4j.auth;

import io.channels4j.Middleware;
import io.channels4j.security.OriginValidator;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.session.SessionStore;
import java.util.stream.Stream;

/**
 * Cookies, sessions and authentication in one: what most applications need to know their users.
 *
 * {@snippet class="io.channels4j.guards.AuthSnippets" region="stack"}
 *
 * <p>A browser sends its cookies along whatever page opens a WebSocket. Therefore the stack checks where the page comes from: unless
 * an {@link OriginValidator} in front has done so, only pages of the host itself pass (promise P8).
 *
 * <p>For other settings, put {@link OriginValidator}, {@link SessionMiddleware} and {@link AuthMiddleware} behind one another.
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
        Middleware origin = OriginValidator.sameHost().unlessChecked();
        return inner -> inner.behind(origin, session, auth);
    }
}
