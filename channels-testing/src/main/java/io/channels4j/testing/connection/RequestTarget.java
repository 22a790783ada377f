package io.channels4j.testing.connection;

import io.channels4j.Headers;
import io.channels4j.ScopeBuilder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The target of a request. It is a path with an optional query, alone or as part of a URL.
 *
 * @param scheme the URL's scheme, or null for a path alone
 * @param host the URL's host and port, or null for a path alone
 * @param pathAndQuery the path and the query, percent-encoded
 */
public record RequestTarget(
        @Nullable String scheme, @Nullable String host, String pathAndQuery) {

    private static final Pattern URL = Pattern.compile(
            "(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?:[^/?#@]*@)?(?<host>[^/?#]*)(?<rest>[^#]*)(?:#.*)?");
    private static final String HOST = "host";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** Parses a path or URL. The user information and the fragment of a URL are ignored, as in clients. */
    public static RequestTarget parse(String text, Set<String> schemes) {
        requirePrintable(text);
        Matcher url = URL.matcher(text);
        if (url.matches()) {
            return ofUrl(text, url, schemes);
        }
        if (!text.startsWith("/")) {
            throw invalid(text, "a path that starts with /, or a URL that starts with one of " + schemes);
        }
        if (text.indexOf('#') >= 0) {
            throw invalid(text, "no fragment; write %23 for #");
        }
        return new RequestTarget(null, null, encode(text));
    }

    private static RequestTarget ofUrl(String text, Matcher url, Set<String> schemes) {
        String scheme = url.group("scheme");
        String host = url.group("host");
        if (!schemes.contains(scheme)) {
            throw invalid(text, "a URL that starts with one of " + schemes);
        }
        if (host.isEmpty()) {
            throw invalid(text, "a host after the scheme");
        }
        String rest = url.group("rest");
        return new RequestTarget(scheme, host, encode(rest.startsWith("/") ? rest : "/" + rest));
    }

    /** Sets the path, the query and the scheme of a scope. */
    public ScopeBuilder apply(ScopeBuilder facts) {
        return scheme == null
                ? facts.target(pathAndQuery)
                : facts.target(pathAndQuery).scheme(scheme);
    }

    /**
     * Returns a request's headers. If the target is a URL and they contain no Host header, the URL's host is added
     * first.
     */
    public Headers headers(Headers given) {
        return host == null || given.contains(HOST)
                ? given
                : Headers.builder().add(HOST, host).addAll(given).build();
    }

    private static void requirePrintable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || Character.isISOControl(c)) {
                throw new IllegalArgumentException(
                        "path: character U+%04X at %d (expected: percent-encoded, such as %%20 for a space)"
                                .formatted((int) c, i));
            }
        }
    }

    private static IllegalArgumentException invalid(String text, String expected) {
        return new IllegalArgumentException("path: \"%s\" (expected: %s)".formatted(text, expected));
    }

    /** Percent-encodes all non-ASCII characters, as clients do. */
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
