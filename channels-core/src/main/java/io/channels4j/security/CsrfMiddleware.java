package io.channels4j.security;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import io.channels4j.engine.NullChecks;
import io.channels4j.middleware.CookieMiddleware;
import io.channels4j.middleware.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Refuses HTTP requests that a page on another site sends with the user's cookies (cross-site request forgery). Part of
 * {@code AuthMiddlewareStack}.
 *
 * {@snippet class="io.channels4j.guards.CsrfSnippets" region="csrf"}
 *
 * <p>Requests with the methods {@code GET}, {@code HEAD}, {@code OPTIONS} and {@code TRACE} are accepted. Their
 * handlers must not change state. For any other request, the first applicable rule is used:
 *
 * <ol>
 *   <li>A request with a bearer token in {@code Authorization} is accepted, because browsers never add such a token by themselves.
 *   <li>A request is accepted if {@link Builder#trustedOrigins trustedOrigins} contains its {@code Origin}, or if {@link Cors} allows it
 *       with credentials.
 *   <li>A request with {@code Sec-Fetch-Site} is accepted if the value is {@code same-origin} or {@code none}. A subdomain is a different
 *       origin.
 *   <li>A request with {@code Origin} is accepted if the origin's host and port match the {@code Host} header.
 *   <li>A request without either header is accepted, because it does not come from a browser page.
 * </ol>
 *
 * <p>All other requests are refused with status 403. The first refusal is logged as a warning, and later refusals at debug level. The rules
 * require no token, but {@link Builder#requireToken()} adds one as a further requirement.
 *
 * <p>WebSockets are checked by {@link OriginValidator} instead. The origin is not checked again if another {@code
 * CsrfMiddleware}, or a {@link Cors} with credentials, has accepted it in front of this one. To trust more origins than
 * {@code AuthMiddlewareStack} does, put a {@code CsrfMiddleware} with your settings in front of the stack. A required
 * token is always checked.
 *
 * <p><b>Threads.</b> Immutable, thread-safe.
 */
public final class CsrfMiddleware implements Middleware {

    private static final Refusal REFUSAL = Refusal.of(403, "Forbidden: this request comes from another site");
    private static final Refusal NO_TOKEN = Refusal.of(403, "Forbidden: the CSRF token is missing or wrong");
    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final Set<String> SAME_SITE = Set.of("same-origin", "none");
    private static final String TOKEN_HEADER = "x-csrf-token";

    private final List<OriginPattern> trusted;
    private final boolean tokenRequired;
    private final RefusalLog refused = new RefusalLog();

    private CsrfMiddleware(Builder builder) {
        this.trusted = builder.trusted;
        this.tokenRequired = builder.tokenRequired;
    }

    /**
     * Returns middleware with the default settings: no foreign origin is trusted, and no token is required.
     *
     * @return the middleware
     */
    public static CsrfMiddleware create() {
        return builder().build();
    }

    /**
     * Returns a builder with the default settings.
     *
     * @return the builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Returns a token for the client, to be embedded in a page. The token belongs to a secret in a cookie of the client. If the
     * client has no such cookie, the response sets one. No session is needed. Each call returns a different token. The tokens are
     * valid until the cookie expires or {@link #rotateToken} replaces it.
     *
     * @param scope a connection behind this middleware, or behind session or cookie middleware
     * @return the token
     * @throws ChannelsException if none of these is in front, or if a cookie must be set but the response headers have
     *     been sent
     */
    public static String token(Scope scope) {
        return CsrfToken.of(scope);
    }

    /**
     * Returns true if a text is a token that belongs to the client's cookie. The text may come from a hidden form
     * field.
     *
     * @param scope a connection
     * @param token the text from the client
     * @return true if it is a valid token
     */
    public static boolean isToken(Scope scope, String token) {
        return CsrfToken.matches(scope, token);
    }

    /**
     * Replaces the secret in the client's cookie. Earlier tokens become invalid with this response. {@code Auth.login}
     * calls this method, because an earlier user of the browser could know a token. Has no effect if the client has no
     * cookie.
     *
     * @param scope a connection behind this middleware, or behind session or cookie middleware
     * @throws ChannelsException if the response headers have been sent
     */
    public static void rotateToken(Scope scope) {
        CsrfToken.rotate(scope);
    }

    @Override
    public Application wrap(Application inner) {
        return CookieMiddleware.create().wrap((scope, receiver, sender) -> {
            if (!scope.type().equals("http")
                    || SAFE_METHODS.contains(scope.method())
                    || hasBearerToken(scope.headers())) {
                return NullChecks.handle(inner, scope, receiver, sender);
            }
            if (!CsrfCheck.hasPassed(scope)
                    && !comesFromHere(scope.headers(), scope.scheme().equals("https"))) {
                return refuse(REFUSAL, "as cross-site", scope).handle(scope, receiver, sender);
            }
            if (tokenRequired && !hasToken(scope)) { // checked even if an outer CsrfMiddleware has accepted the origin
                return refuse(NO_TOKEN, "without a valid CSRF token", scope).handle(scope, receiver, sender);
            }
            return NullChecks.handle(inner, CsrfCheck.mark(scope), receiver, sender);
        });
    }

    private static boolean hasBearerToken(Headers headers) {
        return headers.first("authorization")
                .filter(value -> value.toLowerCase(Locale.ROOT).startsWith("bearer "))
                .isPresent();
    }

    private boolean comesFromHere(Headers headers, boolean encrypted) {
        List<String> sites = headers.all("sec-fetch-site");
        List<String> origins = headers.all("origin");
        Optional<Origin> origin = origins.size() == 1 ? Origin.parse(origins.get(0)) : Optional.empty();
        if (origin.isPresent() && isTrusted(origin.get(), encrypted)) {
            return true;
        }
        if (!sites.isEmpty()) {
            return SAME_SITE.containsAll(sites);
        }
        return origins.isEmpty()
                || origin.filter(it -> it.isOfPage(false) && it.isOfHost(headers.all("host")))
                        .isPresent();
    }

    private boolean isTrusted(Origin origin, boolean encrypted) {
        return trusted.stream().anyMatch(pattern -> pattern.matches(origin, encrypted));
    }

    private static boolean hasToken(Scope scope) {
        return scope.headers()
                .first(TOKEN_HEADER)
                .filter(token -> isToken(scope, token))
                .isPresent();
    }

    private Refusal refuse(Refusal refusal, String reason, Scope scope) {
        refused.log(
                scope,
                () -> "%s refused %s: origin %s, sec-fetch-site %s, host %s"
                        .formatted(
                                scope.method(),
                                reason,
                                scope.headers().all("origin"),
                                scope.headers().all("sec-fetch-site"),
                                scope.headers().all("host")));
        return refusal;
    }

    /** Builds a {@link CsrfMiddleware}. Not thread-safe. */
    public static final class Builder {

        private List<OriginPattern> trusted = List.of();
        private boolean tokenRequired;

        private Builder() {}

        /**
         * Sets the foreign origins whose pages may change state. None by default.
         *
         * @param patterns patterns of origins, as in {@link OriginValidator}, except {@code *}
         * @return this builder
         * @throws IllegalArgumentException if a pattern is invalid
         */
        public Builder trustedOrigins(String... patterns) {
            trusted = Stream.of(patterns).map(OriginPattern::parse).toList();
            return this;
        }

        /**
         * Also requires a token in the header {@code X-CSRF-Token}; see {@link CsrfMiddleware#token}. Requests with a
         * safe method or a bearer token need none. Not required by default.
         *
         * @return this builder
         */
        public Builder requireToken() {
            tokenRequired = true;
            return this;
        }

        /**
         * Returns the middleware.
         *
         * @return the middleware
         */
        public CsrfMiddleware build() {
            return new CsrfMiddleware(this);
        }
    }
}
