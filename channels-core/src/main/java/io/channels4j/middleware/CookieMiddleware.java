package io.channels4j.middleware;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;

/**
 * Reads the cookies of requests and sets cookies on responses.
 *
 * <p>The client's cookies are in {@link Scope#cookies()}, from all {@code Cookie} headers, since HTTP/2 may split them. Of
 * several cookies with the same name, the first counts: the one with the most specific path. Cookies can be set with
 * {@link #set} until the response starts: on an HTTP response, on a WebSocket handshake, and on a response that refuses one.
 * (A WebSocket that is refused by a close event has no headers, so no cookies.)
 *
 * <p>Within another cookie middleware this one does nothing. Scopes of other protocols than HTTP and WebSocket pass unchanged.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class CookieMiddleware implements Middleware {

    private static final CookieMiddleware INSTANCE = new CookieMiddleware();

    private CookieMiddleware() {}

    /**
     * Returns the middleware.
     *
     * @return the middleware
     */
    public static CookieMiddleware create() {
        return INSTANCE;
    }

    @Override
    public Application wrap(Application inner) {
        return (scope, receiver, sender) -> {
            boolean hasHeaders = scope.type().equals("http") || scope.type().equals("websocket");
            if (!hasHeaders || scope.get(ResponseCookies.KEY).isPresent()) {
                return inner.handle(scope, receiver, sender);
            }
            ResponseCookies outgoing = new ResponseCookies(sender);
            Scope withCookies = scope.with(
                            Scope.COOKIES,
                            Collections.unmodifiableMap(
                                    CookieSyntax.parse(scope.headers().all("cookie"))))
                    .with(ResponseCookies.KEY, outgoing);
            return inner.handle(withCookies, receiver, outgoing);
        };
    }

    /**
     * Sets a cookie on the response of a connection, replacing one with the same name that was set before.
     *
     * @param scope the connection
     * @param cookie the cookie
     * @throws ChannelsException if the response headers have been sent, or if there is no cookie middleware in front
     */
    public static void set(Scope scope, Cookie cookie) {
        of(scope).set(cookie);
    }

    /**
     * Deletes a cookie that was set with the path {@code /} and without a domain. For other cookies, set a cookie with the same
     * path and domain and a maximum age of zero.
     *
     * @param scope the connection
     * @param name the cookie's name
     * @throws ChannelsException as for {@link #set}
     */
    public static void delete(Scope scope, String name) {
        boolean prefixed = name.startsWith("__"); // browsers accept such a name only on a secure cookie
        set(
                scope,
                Cookie.builder(name, "")
                        .maxAge(Duration.ZERO)
                        .expires(Instant.EPOCH)
                        .secure(prefixed)
                        .build());
    }

    /**
     * Returns true if the response headers of a connection have been sent, after which no cookie can be set.
     *
     * @param scope the connection
     * @return true if they have been sent
     * @throws ChannelsException if there is no cookie middleware in front
     */
    public static boolean responseStarted(Scope scope) {
        return of(scope).started();
    }

    private static ResponseCookies of(Scope scope) {
        return scope.get(ResponseCookies.KEY)
                .orElseThrow(() ->
                        new ChannelsException("cookies: none in this scope (expected: CookieMiddleware in front)"));
    }
}
