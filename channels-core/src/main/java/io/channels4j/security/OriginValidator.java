package io.channels4j.security;

import io.channels4j.Application;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets only pages of known origins open WebSockets. Browsers let any page connect anywhere and send the user's cookies along, so
 * without this check a foreign page acts in the user's name (RFC 6455 §10.2).
 *
 * {@snippet class="io.channels4j.security.OriginSnippets" region="origins"}
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
 * <p>What is not allowed is refused with status 403 and told in one debug line: other origins, several or malformed ones, and,
 * unless switched on, a missing one (mobile applications, scripts) and {@code null} (sandboxed frames, pages from files). A request
 * without an origin was not sent by a browser's page, so it brings nobody's cookies but its own.
 *
 * <p>Only WebSockets are checked; scopes of other protocols pass.
 *
 * <p><b>Threads.</b> Immutable, safe from any thread.
 */
public final class OriginValidator implements Middleware {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.security");
    private static final Refusal REFUSAL = Refusal.of(403, "Forbidden: this origin is not allowed");

    private final List<OriginPattern> patterns;
    private final boolean any;
    private final boolean missing;
    private final boolean nullOrigin;

    private OriginValidator(List<OriginPattern> patterns, boolean any, boolean missing, boolean nullOrigin) {
        this.patterns = patterns;
        this.any = any;
        this.missing = missing;
        this.nullOrigin = nullOrigin;
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
        return new OriginValidator(parsed, texts.contains("*"), false, false);
    }

    /**
     * Returns this validator, with requests allowed that have no {@code Origin} header.
     *
     * @return a new validator
     */
    public OriginValidator allowMissing() {
        return new OriginValidator(patterns, any, true, nullOrigin);
    }

    /**
     * Returns this validator, with the origin {@code null} allowed. Any page can give itself this origin by a sandboxed frame.
     *
     * @return a new validator
     */
    public OriginValidator allowNull() {
        return new OriginValidator(patterns, any, missing, true);
    }

    @Override
    public Application wrap(Application inner) {
        return (scope, receiver, sender) -> {
            if (!scope.type().equals("websocket") || allows(scope.headers().all("origin"))) {
                return inner.handle(scope, receiver, sender);
            }
            log(scope);
            return REFUSAL.handle(scope, receiver, sender);
        };
    }

    boolean allows(List<String> origins) {
        if (any) {
            return true;
        }
        if (origins.isEmpty()) {
            return missing;
        }
        String only = origins.get(0);
        if (origins.size() > 1) {
            return false;
        }
        if (only.equals("null")) {
            return nullOrigin;
        }
        Optional<Origin> origin = Origin.parse(only);
        return origin.isPresent() && patterns.stream().anyMatch(pattern -> pattern.matches(origin.get()));
    }

    private static void log(Scope scope) {
        LOG.debug(
                "connection {}: refused, origin {} is not allowed",
                scope.connectionId(),
                scope.headers().all("origin"));
    }
}
