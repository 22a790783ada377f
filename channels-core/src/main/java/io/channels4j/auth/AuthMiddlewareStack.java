package io.channels4j.auth;

import static java.util.Objects.requireNonNull;

import io.channels4j.Application;
import io.channels4j.Middleware;
import io.channels4j.engine.OriginCheck;
import io.channels4j.security.CsrfMiddleware;
import io.channels4j.security.OriginValidator;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.session.SessionStore;
import java.util.stream.Stream;

/**
 * Cookies, sessions and authentication in one middleware.
 *
 * {@snippet class="io.channels4j.guards.AuthSnippets" region="stack"}
 *
 * <p>A browser sends its cookies with every WebSocket handshake, even one from a foreign page. Therefore, the stack
 * checks the {@code Origin} header. Only pages from the requested host are allowed, unless an {@link OriginValidator}
 * in front has already accepted the origin. HTTP requests are checked by a {@link CsrfMiddleware} with the default
 * settings (guarantee P8).
 *
 * <p>For other settings, combine {@link OriginValidator}, {@link CsrfMiddleware}, {@link SessionMiddleware} and {@link
 * AuthMiddleware}.
 */
public final class AuthMiddlewareStack {

    private AuthMiddlewareStack() {}

    /**
     * Returns middleware that loads the client's session and its user. Anonymous users are allowed.
     *
     * @param users the application's users
     * @param sessions the session store, used with the default settings of {@link SessionMiddleware}
     * @param more further authenticators, tried in order if the session has no login
     * @return the middleware
     */
    public static Middleware of(UserStore users, SessionStore sessions, Authenticator... more) {
        requireNonNull(users, "users");
        requireNonNull(sessions, "sessions");
        Authenticator[] inOrder = Stream.concat(Stream.of(Authenticator.session(users)), Stream.of(more))
                .toArray(Authenticator[]::new);
        return of(SessionMiddleware.of(sessions), inOrder);
    }

    /**
     * Returns middleware that loads the client's session with other settings, and identifies the user with other authenticators. Anonymous
     * users are allowed.
     *
     * @param sessions the session middleware
     * @param inOrder the authenticators, tried in order
     * @return the middleware
     */
    public static Middleware of(SessionMiddleware sessions, Authenticator... inOrder) {
        AuthMiddleware auth = AuthMiddleware.of(inOrder);
        return inner -> inner.behind(AuthMiddlewareStack::checkOrigin, CsrfMiddleware.create(), sessions, auth);
    }

    private static Application checkOrigin(Application inner) {
        Application checked = OriginValidator.sameHost().wrap(inner);
        return (scope, receiver, sender) ->
                (OriginCheck.hasPassed(scope) ? inner : checked).handle(scope, receiver, sender);
    }
}
