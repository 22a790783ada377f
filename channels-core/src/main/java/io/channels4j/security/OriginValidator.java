package io.channels4j.security;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import io.channels4j.engine.OriginCheck;
import io.channels4j.middleware.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Lets only pages of known origins open WebSockets. Browsers let any page connect anywhere and send the user's cookies along, so
 * without this check a foreign page acts in the user's name (RFC 6455 §10.2).
 *
 * {@snippet class="io.channels4j.guards.OriginSnippets" region="origins"}
 *
 * <table>
 * <caption>The forms of a pattern; hosts and schemes are compared without case</caption>
 * <tr><th>pattern</th><th>allows</th></tr>
 * <tr><td>{@code example.com}</td><td>this host, with any scheme and port</td></tr>
 * <tr><td>{@code .example.com}</td><td>this domain and its subdomains, with any scheme and port</td></tr>
 * <tr><td>{@code example.com:8080}</td><td>this host and port, with any scheme</td></tr>
 * <tr><td>{@code https://example.com}</td><td>this scheme and host, with the scheme's own port</td></tr>
 * <tr><td>{@code https://.example.com:8443}</td><td>the same with subdomains and another port</td></tr>
 * <tr><td>{@code *}</td><td>every origin, and requests without one</td></tr>
 * </table>
 *
 * <p>What is not allowed is refused with status 403: other origins, several or malformed ones, and, unless switched on, a missing
 * one (mobile applications, scripts) and {@code null} (sandboxed frames, pages from files). A request without an origin was not
 * sent by a browser's page, so it brings nobody's cookies but its own. The first refusal is logged as a warning, later ones as
 * debug lines.
 *
 * <p>Only WebSockets are checked; scopes of other protocols pass. {@code AuthMiddlewareStack} checks the origin by
 * itself unless a validator stands in front.
 *
 * <p><b>Threads.</b> Immutable, safe from any thread.
 */
public final class OriginValidator implements Middleware {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.security");
    private static final Refusal REFUSAL = Refusal.of(403, "Forbidden: this origin is not allowed");

    private final Rules rules;
    private final AtomicBoolean warned = new AtomicBoolean();

    /**
     * What is allowed.
     *
     * @param patterns origins
     * @param any every origin, and none
     * @param sameHost the host of the request itself
     * @param missing no origin
     * @param nullOrigin the origin {@code null}
     */
    private record Rules(
            List<OriginPattern> patterns, boolean any, boolean sameHost, boolean missing, boolean nullOrigin) {}

    private OriginValidator(Rules rules) {
        this.rules = rules;
    }

    /**
     * Returns a validator.
     *
     * @param patterns the origins to allow; without one nothing is allowed
     * @return the validator
     * @throws IllegalArgumentException when a pattern has none of the forms above
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
     * Returns a validator that allows pages of the host that they connect to, by its {@code Host} header, with any scheme, and
     * requests without an origin. It needs no list, but a proxy that passes the header on as it came.
     *
     * @return the validator
     */
    public static OriginValidator sameHost() {
        return new OriginValidator(new Rules(List.of(), false, true, true, false));
    }

    /**
     * Returns this validator, with requests allowed that have no {@code Origin} header.
     *
     * @return a new validator
     */
    public OriginValidator allowMissing() {
        return new OriginValidator(
                new Rules(rules.patterns(), rules.any(), rules.sameHost(), true, rules.nullOrigin()));
    }

    /**
     * Returns this validator, with the origin {@code null} allowed. Any page can give itself this origin by a sandboxed frame.
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
                return inner.handle(scope, receiver, sender);
            }
            if (allows(scope.headers())) {
                return inner.handle(OriginCheck.mark(scope), receiver, sender);
            }
            log(scope);
            return REFUSAL.handle(scope, receiver, sender);
        };
    }

    boolean allows(Headers headers) {
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
        return origin.isPresent() && allows(origin.get(), headers);
    }

    private boolean allows(Origin origin, Headers headers) {
        return rules.patterns().stream().anyMatch(pattern -> pattern.matches(origin))
                || rules.sameHost() && origin.isOfHost(headers.all("host"));
    }

    private void log(Scope scope) {
        boolean first = warned.compareAndSet(false, true);
        LOG.atLevel(first ? Level.WARN : Level.DEBUG)
                .log(
                        "connection {}: refused, since its origin {} is not allowed{}",
                        scope.connectionId(),
                        scope.headers().all("origin"),
                        first ? "; further ones are told at debug level" : "");
    }
}
