package io.channels4j.security;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the page of a browser comes from (RFC 6454 §7), as far as a pattern looks at it.
 *
 * @param scheme the scheme, in lower case
 * @param host the host, in lower case; an IPv6 address in brackets
 * @param port the port, that of the scheme when none is written, or -1 when the scheme has none
 */
record Origin(String scheme, String host, int port) {

    static final String SCHEME = "[a-zA-Z][a-zA-Z0-9+.-]*";
    static final String HOST = "\\[[0-9a-fA-F:.]+]|[a-zA-Z0-9._-]+";
    static final String PORT = "[0-9]{1,5}";
    static final int NO_PORT = -1;

    private static final int MOST_CHARACTERS = 2048;
    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("http", 80, "ws", 80, "https", 443, "wss", 443);

    /** What stands before an at sign is a user's name and proves nothing. */
    private static final Pattern SYNTAX =
            Pattern.compile("(" + SCHEME + ")://(?:[^/?#@\\\\\\s]*@)?(" + HOST + ")(?::(" + PORT + ")?)?");

    /** Reads an origin; empty for {@code null}, for what has no host, and for whatever else a peer may write. */
    static Optional<Origin> parse(String header) {
        if (header.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        Matcher matcher = SYNTAX.matcher(header);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String scheme = matcher.group(1).toLowerCase(Locale.ROOT);
        String written = matcher.group(3);
        int port = written == null ? defaultPort(scheme) : Integer.parseInt(written);
        return Optional.of(new Origin(scheme, matcher.group(2).toLowerCase(Locale.ROOT), port));
    }

    /** Tells whether a request that names one host, this one, came from this origin; its own scheme a proxy may hide. */
    boolean isOfHost(List<String> hostHeaders) {
        return hostHeaders.size() == 1
                && parse(scheme + "://" + hostHeaders.get(0))
                        .filter(this::equals)
                        .isPresent();
    }

    static int defaultPort(String scheme) {
        return DEFAULT_PORTS.getOrDefault(scheme, NO_PORT);
    }
}
