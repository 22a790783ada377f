package io.channels4j.security;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Middleware;
import io.channels4j.Scope;
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
 * <p>Requests with the methods {@code GET}, {@code HEAD}, {@code OPTIONS} and {@code TRACE} pass: they must not change state. For any other
 * request, the first of these rules that applies decides:
 *
 * <ol>
 *   <li>With a bearer token in {@code Authorization}, it passes: browsers never add one by themselves.
 *   <li>With an {@code Origin} that {@link Builder#trustedOrigins trustedOrigins} contains, or that {@link Cors} allows with credentials,
 *       it passes.
 *   <li>With {@code Sec-Fetch-Site}, it passes if the value is {@code same-origin} or {@code none}. A subdomain is another origin.
 *   <li>With {@code Origin}, it passes if the origin's host and port are those of the {@code Host} header.
 *   <li>Without either header, it passes, because it does not come from a browser page.
 * </ol>
 *
 * <p>All other requests are refused with status 403. The first refusal is logged as a warning, later ones at debug level. These rules need
 * no token; {@link Builder#requireToken()} requires one in addition.
 *
 * <p>WebSockets are checked by {@link OriginValidator} instead. Behind another {@code CsrfMiddleware} or a {@link Cors} that
 * has accepted the origin, the origin is not checked again, so to trust more origins than the stack does, put one with your settings in
 * front of the stack. A required token is checked in every case.
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
     * Returns middleware with the default settings: no other origin is trusted, and no token is required.
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
     * Returns the synchronizer token of the client's session, to be embedded in a page. A token is created if there is none; each call
     * returns another masked copy, and all copies stay valid as long as the session.
     *
     * @param scope a connection with a session
     * @return the token
     * @throws io.channels4j.ChannelsException if there is no session middleware in front
     */
    public static String token(Scope scope) {
        return CsrfToken.of(scope.session());
    }

    /**
     * Returns true if a text, such as the value of a form's hidden field, is a token of the client's session.
     *
     * @param scope a connection with a session
     * @param token the text from the client
     * @return true if it is a valid token
     * @throws io.channels4j.ChannelsException if there is no session middleware in front
     */
    public static boolean isToken(Scope scope, String token) {
        return CsrfToken.matches(scope.session(), token);
    }

    @Override
    public Application wrap(Application inner) {
        return (scope, receiver, sender) -> {
            if (!scope.type().equals("http")
                    || SAFE_METHODS.contains(scope.method())
                    || hasBearerToken(scope.headers())) {
                return inner.handle(scope, receiver, sender);
            }
            if (!CsrfCheck.hasPassed(scope)
                    && !comesFromHere(scope.headers(), scope.scheme().equals("https"))) {
                return refuse(REFUSAL, "as cross-site", scope).handle(scope, receiver, sender);
            }
            if (tokenRequired && !hasToken(scope)) { // also behind another CsrfMiddleware that requires none
                return refuse(NO_TOKEN, "without a valid CSRF token", scope).handle(scope, receiver, sender);
            }
            return inner.handle(CsrfCheck.mark(scope), receiver, sender);
        };
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
         * Sets the other origins whose pages may change state. None by default.
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
         * Also requires a token of the client's session, in the header {@code X-CSRF-Token}, for requests with an unsafe method and without
         * a bearer token; see {@link CsrfMiddleware#token}. The middleware must then be behind {@code SessionMiddleware}. Not required by
         * default.
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
