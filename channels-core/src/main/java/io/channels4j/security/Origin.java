package io.channels4j.security;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The origin of a browser page (RFC 6454 §7).
 *
 * @param scheme the scheme, in lower case
 * @param host the host, in lower case and without a trailing dot; an IPv6 address in brackets
 * @param port the specified port or the scheme's default port, or -1 if the scheme has no default port
 */
record Origin(String scheme, String host, int port) {

    static final String SCHEME = "[a-zA-Z][a-zA-Z0-9+.-]*";
    static final String HOST = "\\[[0-9a-fA-F:.]+]|[a-zA-Z0-9_-]+(?:\\.[a-zA-Z0-9_-]+)*";
    /** The trailing dot of an absolute name, which is ignored. An IPv6 address has none. */
    static final String DOT = "(?:(?<!])\\.)?";

    static final String PORT = "[0-9]{1,5}";
    static final int NO_PORT = -1;
    static final int MAX_PORT = 65_535;

    private static final int MAX_CHARACTERS = 512;
    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("http", 80, "ws", 80, "https", 443, "wss", 443);

    private static final Pattern SYNTAX =
            Pattern.compile("(" + SCHEME + ")://(" + HOST + ")" + DOT + "(?::(" + PORT + "))?");

    /** Parses a scheme, a host and an optional port (RFC 6454 §6.1). Returns empty for any other text, such as {@code null}. */
    static Optional<Origin> parse(String header) {
        if (header.length() > MAX_CHARACTERS) {
            return Optional.empty();
        }
        Matcher matcher = SYNTAX.matcher(header);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
        String written = matcher.group(3);
        int port = written == null ? defaultPort(scheme) : Integer.parseInt(written);
        if (port > MAX_PORT || port == 0) {
            return Optional.empty();
        }
        return Optional.of(new Origin(scheme, matcher.group(2).toLowerCase(Locale.ROOT), port));
    }

    /**
     * Returns true if a request has exactly one Host header and the header names this origin's host and port. The
     * request's scheme is ignored, because a proxy may change it.
     */
    boolean isOfHost(List<String> hostHeaders) {
        return hostHeaders.size() == 1
                && parse(scheme + "://" + hostHeaders.get(0))
                        .filter(this::equals)
                        .isPresent();
    }

    /**
     * Returns true if the scheme is {@code https}. Over an unencrypted connection, also returns true for {@code http}.
     */
    boolean isOfPage(boolean encrypted) {
        return scheme.equals("https") || scheme.equals("http") && !encrypted;
    }

    static int defaultPort(String scheme) {
        return DEFAULT_PORTS.getOrDefault(scheme, NO_PORT);
    }
}
