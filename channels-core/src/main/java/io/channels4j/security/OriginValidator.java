package io.channels4j.security;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Middleware;
import io.channels4j.engine.NullChecks;
import io.channels4j.engine.OriginCheck;
import io.channels4j.middleware.Refusal;
import java.util.List;
import java.util.Optional;

/**
 * Allows only pages from known origins to open WebSockets. Browsers allow any page to connect to any host and send the user's
 * cookies. Without this check, a foreign page could therefore act as the user (RFC 6455 §10.2).
 *
 * {@snippet class="io.channels4j.guards.OriginSnippets" region="origins"}
 *
 * <table>
 * <caption>The forms of a pattern; hosts and schemes are case-insensitive</caption>
 * <tr><th>pattern</th><th>allows</th></tr>
 * <tr><td>{@code example.com}</td><td>pages on this host, with any port</td></tr>
 * <tr><td>{@code .example.com}</td><td>pages on this domain and its subdomains, with any port</td></tr>
 * <tr><td>{@code example.com:8080}</td><td>pages on this host and port</td></tr>
 * <tr><td>{@code https://example.com}</td><td>this scheme and host, with the scheme's default port</td></tr>
 * <tr><td>{@code https://.example.com:8443}</td><td>the same with subdomains and another port</td></tr>
 * <tr><td>{@code *}</td><td>every origin, and requests without one</td></tr>
 * </table>
 *
 * <p>A pattern without a scheme allows {@code https} and, over an unencrypted connection, {@code http}. A page that was
 * loaded without encryption can be modified in transit. It must therefore not act as the user of an encrypted site. An
 * origin consists of a scheme, a host and an optional port. An origin with other parts, such as a path, is malformed.
 *
 * <p>Without {@code *}, requests with a different origin, a malformed origin or several origins are refused with status
 * 403. Requests without an origin (mobile applications, scripts) are also refused unless enabled. So are requests with
 * the origin {@code null} (sandboxed frames, pages from files). A request without an origin does not come from a
 * browser page. It cannot misuse a user's cookies. The first refusal is logged as a warning, and later refusals at
 * debug level.
 *
 * <p>Only WebSockets are checked. Scopes of other protocols are passed on unchanged. {@code AuthMiddlewareStack} checks
 * the origin unless a validator precedes it.
 *
 * <p><b>Threads.</b> Immutable, thread-safe.
 */
public final class OriginValidator implements Middleware {

    private static final Refusal REFUSAL = Refusal.of(403, "Forbidden: this origin is not allowed");

    private final Rules rules;
    private final RefusalLog refusals = new RefusalLog();

    /**
     * The allowed origins.
     *
     * @param patterns patterns of origins
     * @param any whether every origin and requests without an origin are allowed
     * @param sameHost whether the request's own host is allowed
     * @param missing whether requests without an origin are allowed
     * @param nullOrigin whether the origin {@code null} is allowed
     */
    private record Rules(
            List<OriginPattern> patterns, boolean any, boolean sameHost, boolean missing, boolean nullOrigin) {}

    private OriginValidator(Rules rules) {
        this.rules = rules;
    }

    /**
     * Returns a validator.
     *
     * @param patterns the allowed origins; if empty, none is allowed
     * @return the validator
     * @throws IllegalArgumentException if a pattern has none of the forms listed for this class
     */
    public static OriginValidator of(String... patterns) {
        List<String> texts = List.of(patterns);
        List<OriginPattern> parsed = texts.stream()
                .filter(text -> !text.equals("*"))
                .map(OriginPattern::parse)
                .toList();
        return new OriginValidator(new Rules(parsed, texts.contains("*"), false, false, false));
    }

    /**
     * Returns a validator that allows pages to connect to their own host, which the {@code Host} header names. It also
     * allows requests without an origin. No list of origins is needed, but proxies must pass the header unchanged. The
     * validator trusts the header. To refuse foreign host names (DNS rebinding), put {@link AllowedHosts} in front of
     * it.
     *
     * @return the validator
     */
    public static OriginValidator sameHost() {
        return new OriginValidator(new Rules(List.of(), false, true, true, false));
    }

    /**
     * Returns a validator that also allows requests without an {@code Origin} header.
     *
     * @return a new validator
     */
    public OriginValidator allowMissing() {
        return new OriginValidator(
                new Rules(rules.patterns(), rules.any(), rules.sameHost(), true, rules.nullOrigin()));
    }

    /**
     * Returns a validator that also allows the origin {@code null}. Any page can obtain this origin with a sandboxed frame.
     *
     * @return a new validator
     */
    public OriginValidator allowNull() {
        return new OriginValidator(new Rules(rules.patterns(), rules.any(), rules.sameHost(), rules.missing(), true));
    }

    @Override
    public Application wrap(Application inner) {
        return (scope, receiver, sender) -> {
            if (!scope.type().equals("websocket")) {
                return NullChecks.handle(inner, scope, receiver, sender);
            }
            if (allows(scope.headers(), scope.scheme().equals("wss"))) {
                return NullChecks.handle(inner, OriginCheck.mark(scope), receiver, sender);
            }
            refusals.log(
                    scope,
                    () -> "refused because its origin %s is not allowed"
                            .formatted(scope.headers().all("origin")));
            return REFUSAL.handle(scope, receiver, sender);
        };
    }

    boolean allows(Headers headers, boolean encrypted) {
        List<String> origins = headers.all("origin");
        if (rules.any()) {
            return true;
        }
        if (origins.isEmpty()) {
            return rules.missing();
        }
        String only = origins.get(0);
        if (origins.size() > 1) {
            return false;
        }
        if (only.equals("null")) {
            return rules.nullOrigin();
        }
        Optional<Origin> origin = Origin.parse(only);
        return origin.isPresent() && allows(origin.get(), headers, encrypted);
    }

    private boolean allows(Origin origin, Headers headers, boolean encrypted) {
        return rules.patterns().stream().anyMatch(pattern -> pattern.matches(origin, encrypted))
                || rules.sameHost() && origin.isOfPage(encrypted) && origin.isOfHost(headers.all("host"));
    }
}
