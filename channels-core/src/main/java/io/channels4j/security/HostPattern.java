package io.channels4j.security;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern that matches allowed hosts, as in Django's {@code ALLOWED_HOSTS}.
 *
 * @param host the host in lower case, or empty for any host
 * @param subdomains whether the host's subdomains also match
 */
record HostPattern(String host, boolean subdomains) {

    private static final String ANY = "";
    private static final int MAX_CHARACTERS = 512;

    /** A Host header. The port and the trailing dot of an absolute name are ignored. */
    private static final Pattern HEADER = Pattern.compile("(" + Origin.HOST + ")" + Origin.DOT + "(?::[0-9]{0,5})?");

    private static final Pattern SYNTAX = Pattern.compile("(\\.)?(" + Origin.HOST + ")");

    static HostPattern parse(String text) {
        if (text.equals("*")) {
            return new HostPattern(ANY, true);
        }
        Matcher matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "allowed host: \"%s\" (expected: host, .domain or *, without scheme and port)".formatted(text));
        }
        return new HostPattern(matcher.group(2).toLowerCase(Locale.ROOT), matcher.group(1) != null);
    }

    /** Returns the host of a Host header in lower case, or empty if the header is malformed. */
    static Optional<String> hostOf(String header) {
        Matcher matcher = HEADER.matcher(header);
        return header.length() <= MAX_CHARACTERS && matcher.matches()
                ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    boolean matches(String name) {
        return host.equals(ANY) || name.equals(host) || subdomains && name.endsWith("." + host);
    }
}
