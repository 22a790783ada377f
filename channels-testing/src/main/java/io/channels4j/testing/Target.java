package io.channels4j.testing;

import io.channels4j.Headers;
import io.channels4j.ScopeBuilder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a communicator connects to: a path with an optional query, alone or at the end of a URL.
 *
 * @param scheme the URL's scheme, or null for a path alone
 * @param host the URL's host and port, or null for a path alone
 * @param pathAndQuery the path and the query, percent-encoded
 */
record Target(@Nullable String scheme, @Nullable String host, String pathAndQuery) {

    private static final Pattern URL = Pattern.compile(
            "(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:[^/?#@]*@)?(?<host>[^/?#]*)(?<rest>[^#]*)(?:#.*)?");
    private static final String HOST = "host";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** Reads a path or URL; a URL's user information and fragment are left out, as clients do. */
    static Target parse(String text, Set<String> schemes) {
        requirePrintable(text);
        Matcher url = URL.matcher(text);
        if (url.matches()) {
            return ofUrl(text, url, schemes);
        }
        if (!text.startsWith("/")) {
            throw wrong(text, "a path that starts with /, or a URL that starts with one of " + schemes);
        }
        if (text.indexOf('#') >= 0) {
            throw wrong(text, "no fragment; %23 stands for the sign #");
        }
        return new Target(null, null, encode(text));
    }

    private static Target ofUrl(String text, Matcher url, Set<String> schemes) {
        String scheme = url.group("scheme");
        String host = url.group("host");
        if (!schemes.contains(scheme)) {
            throw wrong(text, "a URL that starts with one of " + schemes);
        }
        if (host.isEmpty()) {
            throw wrong(text, "a host behind the scheme");
        }
        String rest = url.group("rest");
        return new Target(scheme, host, encode(rest.startsWith("/") ? rest : "/" + rest));
    }

    /** Puts this into a scope. */
    ScopeBuilder apply(ScopeBuilder facts) {
        return scheme == null
                ? facts.target(pathAndQuery)
                : facts.target(pathAndQuery).scheme(scheme);
    }

    /** Returns a request's headers, in front of them the host unless they have one. */
    Headers headers(Headers given) {
        return host == null || given.contains(HOST)
                ? given
                : Headers.builder().add(HOST, host).addAll(given).build();
    }

    private static void requirePrintable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || Character.isISOControl(c)) {
                throw new IllegalArgumentException(
                        "path: character U+%04X at %d (expected: percent-encoded, such as %%20 for a blank)"
                                .formatted((int) c, i));
            }
        }
    }

    private static IllegalArgumentException wrong(String text, String expected) {
        return new IllegalArgumentException("path: \"%s\" (expected: %s)".formatted(text, expected));
    }

    /** Encodes what is not ASCII, as clients do. */
    private static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length());
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b < 0) {
                encoded.append('%').append(HEX.toHexDigits(b));
            } else {
                encoded.append((char) b);
            }
        }
        return encoded.toString();
    }
}
