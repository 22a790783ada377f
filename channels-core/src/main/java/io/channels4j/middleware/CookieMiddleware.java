package io.channels4j.middleware;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import io.channels4j.engine.NullChecks;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Reads the cookies of requests and sets cookies on responses.
 *
 * <p>{@link Scope#cookies()} returns the client's cookies from all {@code Cookie} headers. HTTP/2 clients may split the
 * header. If several cookies have the same name, the first one is used. Browsers send the cookie with the most specific
 * path first. {@link #all} returns all values. Values are decoded as UTF-8, and cookies with control characters are
 * ignored. Until the response starts, {@link #set} adds cookies to an HTTP response, a WebSocket handshake, or a
 * response that refuses a handshake. (If a WebSocket is refused with a close event, cookies are not sent.)
 *
 * <p>A cookie middleware inside another one has no effect. Scopes of protocols other than HTTP and WebSocket are passed on unchanged.
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
                return NullChecks.handle(inner, scope, receiver, sender);
            }
            ResponseCookies outgoing = new ResponseCookies(sender);
            Scope withCookies = scope.with(
                            Scope.COOKIES,
                            Collections.unmodifiableMap(
                                    CookieSyntax.parse(scope.headers().all("cookie"))))
                    .with(ResponseCookies.KEY, outgoing);
            return NullChecks.handle(inner, withCookies, receiver, outgoing);
        };
    }

    /**
     * Returns the values of all cookies that the client sent under a name. Such cookies differ in their paths or
     * domains. The request does not show which of them were set by another host in the domain.
     *
     * @param scope the connection
     * @param name the name, case-sensitive
     * @return the values in the client's order, empty if there is none
     */
    public static List<String> all(Scope scope, String name) {
        return CookieSyntax.all(scope.headers().all("cookie"), name);
    }

    /**
     * Sets a cookie on the response of a connection. Replaces any cookie that was set under the same name.
     *
     * @param scope the connection
     * @param cookie the cookie
     * @throws ChannelsException if the response headers have been sent or there is no cookie middleware in front
     */
    public static void set(Scope scope, Cookie cookie) {
        of(scope).set(cookie);
    }

    /**
     * Returns the cookie that was set on the response of a connection.
     *
     * @param scope the connection
     * @param name the cookie's name
     * @return the cookie, or empty if none was set under this name
     * @throws ChannelsException if there is no cookie middleware in front
     */
    public static Optional<Cookie> pending(Scope scope, String name) {
        return of(scope).find(name);
    }

    /**
     * Deletes a cookie that was set with the path {@code /} and without a domain. To delete another cookie, set it with
     * the same path and domain and a maximum age of zero.
     *
     * @param scope the connection
     * @param name the cookie's name
     * @throws ChannelsException as for {@link #set}
     */
    public static void delete(Scope scope, String name) {
        boolean prefixed = name.startsWith("__"); // browsers accept these prefixes only on a secure cookie
        set(
                scope,
                Cookie.builder(name, "")
                        .maxAge(Duration.ZERO)
                        .expires(Instant.EPOCH)
                        .secure(prefixed)
                        .build());
    }

    /**
     * Returns true if the response headers of a connection have been sent. Afterwards, cookies can no longer be set.
     *
     * @param scope the connection
     * @return true if they have been sent
     * @throws ChannelsException if the scope did not pass through a cookie middleware
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
