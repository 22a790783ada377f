package io.channels4j.security;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern of allowed origins, in one of the forms that {@link OriginValidator} lists.
 *
 * @param scheme the scheme in lower case, or empty for the schemes of web pages
 * @param host the host in lower case
 * @param subdomains whether the host's subdomains also match
 * @param port the port, or {@link #ANY_PORT}
 */
record OriginPattern(String scheme, String host, boolean subdomains, int port) {

    private static final int ANY_PORT = -2;
    private static final String RULE = "host, .domain, host:port, scheme://host or scheme://host:port";

    private static final Pattern SYNTAX =
            Pattern.compile("(?:(" + Origin.SCHEME + ")://)?(\\.)?(" + Origin.HOST + ")(?::(" + Origin.PORT + "))?/?");

    static OriginPattern parse(String text) {
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches() || matcher.group(3).startsWith(".")) {
            String hint = text.contains("*") ? "; .example.com means a domain with its subdomains" : "";
            throw new IllegalArgumentException("origin pattern: \"%s\" (expected: %s%s)".formatted(text, RULE, hint));
        }
        String scheme = matcher.group(1) == null ? "" : matcher.group(1).toLowerCase(Locale.ROOT);
        String host = matcher.group(3).toLowerCase(Locale.ROOT);
        return new OriginPattern(scheme, host, matcher.group(2) != null, port(text, scheme, matcher.group(4)));
    }

    private static int port(String text, String scheme, String written) {
        if (written == null) {
            return scheme.isEmpty() ? ANY_PORT : Origin.defaultPort(scheme);
        }
        int port = Integer.parseInt(written);
        if (port < 1 || port > Origin.MAX_PORT) {
            throw new IllegalArgumentException(
                    "origin pattern: \"%s\" has port %d (expected: 1-65535)".formatted(text, port));
        }
        return port;
    }

    /** Returns true if this pattern names a single origin, with a scheme and a host. */
    boolean isExact() {
        return !scheme.isEmpty() && !subdomains;
    }

    /**
     * Returns true if an origin matches. Over an encrypted connection, a pattern without a scheme matches only https.
     */
    boolean matches(Origin origin, boolean encrypted) {
        return (scheme.isEmpty() ? origin.isOfPage(encrypted) : scheme.equals(origin.scheme()))
                && (port == ANY_PORT || port == origin.port())
                && (host.equals(origin.host()) || subdomains && origin.host().endsWith("." + host));
    }
}
