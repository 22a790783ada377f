package io.channels4j.session;

import io.channels4j.Scope;
import io.channels4j.middleware.Cookie;
import io.channels4j.middleware.CookieMiddleware;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The cookie that contains a session's token.
 *
 * @param name the cookie's name
 * @param encryptedName the cookie's name over encrypted connections, which may be the name with the prefix {@code
 *     __Host-}
 * @param lifetime the lifetime of the session
 * @param endsWithBrowser whether the cookie expires when the browser is closed
 * @param attributes a function that changes the cookie's attributes
 */
record SessionCookie(
        String name,
        String encryptedName,
        Duration lifetime,
        boolean endsWithBrowser,
        UnaryOperator<Cookie.Builder> attributes) {

    static final String DEFAULT_NAME = "sessionid";

    private static final String HOST_PREFIX = "__Host-";
    private static final int MAX_TOKEN_CHARACTERS = 4096;

    /** The maximum number of cookies with the same name that are tried. Each may require an access to the store. */
    private static final int MAX_TOKENS = 4;

    /** Checks that cookies with these settings can be built. */
    SessionCookie {
        attributes.apply(Cookie.builder(name, "").httpOnly(true)).build();
    }

    /**
     * Returns a cookie with the default name. Over encrypted connections, the name has the prefix {@code __Host-} if the
     * attributes permit it.
     */
    static SessionCookie ofDefaultName(
            Duration lifetime, boolean endsWithBrowser, UnaryOperator<Cookie.Builder> attributes) {
        String prefixed = HOST_PREFIX + DEFAULT_NAME;
        String encryptedName = canBeBuilt(prefixed, attributes) ? prefixed : DEFAULT_NAME;
        return new SessionCookie(DEFAULT_NAME, encryptedName, lifetime, endsWithBrowser, attributes);
    }

    private static boolean canBeBuilt(String name, UnaryOperator<Cookie.Builder> attributes) {
        try {
            attributes
                    .apply(Cookie.builder(name, "").httpOnly(true).secure(true))
                    .build();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /**
     * Returns the tokens that the client sent, in the order of its cookies. Cookies with the same name differ in path or domain.
     * Some may have been set by a subdomain or by an earlier version of the site.
     */
    List<String> tokensOf(Scope scope) {
        return CookieMiddleware.all(scope, nameFor(scope)).stream()
                .filter(token -> !token.isEmpty() && token.length() <= MAX_TOKEN_CHARACTERS)
                .distinct()
                .limit(MAX_TOKENS)
                .toList();
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
        return Cookie.builder(nameFor(scope), token).httpOnly(true).secure(isEncrypted(scope));
    }

    private String nameFor(Scope scope) {
        return isEncrypted(scope) ? encryptedName : name;
    }

    private static boolean isEncrypted(Scope scope) {
        return scope.scheme().equals("https") || scope.scheme().equals("wss");
    }
}
