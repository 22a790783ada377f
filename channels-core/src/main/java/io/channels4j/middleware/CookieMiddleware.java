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
 * <p>What the client sent is in {@link Scope#cookies()}, from every {@code Cookie} header there is: HTTP/2 may split it. Of
 * several cookies of one name the first counts, the one with the most specific path. Cookies are set with {@link #set} until the
 * response starts: on an HTTP response, on the handshake of a WebSocket, and on a response that refuses one. (A WebSocket that
 * is refused by closing it has no headers, so no cookies.)
 *
 * <p>Within another one this middleware does nothing. Scopes of other protocols than HTTP and WebSocket pass unchanged.
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
     * Sets a cookie on the response of a connection, in place of one of the same name that was set before.
     *
     * @param scope the connection
     * @param cookie the cookie
     * @throws ChannelsException when the headers of the response have been sent, or when no cookie middleware stands in front
     */
    public static void set(Scope scope, Cookie cookie) {
        of(scope).set(cookie);
    }

    /**
     * Deletes a cookie that was set with the path {@code /} and without a domain; for another one, set a cookie of its path and
     * domain with a maximum age of zero.
     *
     * @param scope the connection
     * @param name the cookie's name
     * @throws ChannelsException as for {@link #set}
     */
    public static void delete(Scope scope, String name) {
        boolean prefixed = name.startsWith("__"); // browsers take such a name from secure cookies only
        set(
                scope,
                Cookie.builder(name, "")
                        .maxAge(Duration.ZERO)
                        .expires(Instant.EPOCH)
                        .secure(prefixed)
                        .build());
    }

    /**
     * Tells whether the headers of a connection's response have been sent, so that no cookie can be set any more.
     *
     * @param scope the connection
     * @return whether they have
     * @throws ChannelsException when no cookie middleware stands in front
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
