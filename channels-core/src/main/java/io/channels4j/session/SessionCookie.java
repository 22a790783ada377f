package io.channels4j.session;

import io.channels4j.Scope;
import io.channels4j.middleware.Cookie;
import io.channels4j.middleware.CookieMiddleware;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The cookie that carries the token of a session.
 *
 * @param name the cookie's name
 * @param lifetime the lifetime of the session
 * @param endsWithBrowser whether the browser drops the cookie when it is closed
 * @param attributes changes the cookie's attributes
 */
record SessionCookie(
        String name, Duration lifetime, boolean endsWithBrowser, UnaryOperator<Cookie.Builder> attributes) {

    private static final int MAX_TOKEN_CHARACTERS = 4096;

    /** Checks that cookies with these settings can be built. */
    SessionCookie {
        attributes.apply(Cookie.builder(name, "").httpOnly(true)).build();
    }

    Optional<String> tokenOf(Scope scope) {
        return Optional.ofNullable(scope.cookies().get(name))
                .filter(token -> !token.isEmpty() && token.length() <= MAX_TOKEN_CHARACTERS);
    }

    void set(Scope scope, String token) {
        Cookie.Builder cookie = attributes.apply(builder(scope, token));
        CookieMiddleware.set(scope, (endsWithBrowser ? cookie : cookie.maxAge(lifetime)).build());
    }

    void delete(Scope scope) {
        Cookie.Builder cookie = attributes.apply(builder(scope, ""));
        CookieMiddleware.set(
                scope, cookie.maxAge(Duration.ZERO).expires(Instant.EPOCH).build());
    }

    private Cookie.Builder builder(Scope scope, String token) {
        boolean encrypted = scope.scheme().equals("https") || scope.scheme().equals("wss");
        return Cookie.builder(name, token).httpOnly(true).secure(encrypted);
    }
}
