package io.channels4j.middleware;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;

/** The grammar of cookies: strict when writing (RFC 6265bis §4.1.1), lenient when reading (§4.2, §5.6). */
final class CookieSyntax {

    private static final int MAX_BYTES = 4096;
    private static final int MAX_ATTRIBUTE_BYTES = 1024;
    private static final String NOT_IN_NAME = "()<>@,;:\\\"/[]?={}";
    private static final String NOT_IN_VALUE = "\",;\\";

    /** HTTP dates, such as "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 §5.6.7). */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private CookieSyntax() {}

    static String requireName(String name) {
        if (name.isEmpty() || !consistsOf(name, NOT_IN_NAME)) {
            throw new IllegalArgumentException(
                    "cookie name: \"%s\" (expected: a token, RFC 9110)".formatted(show(name)));
        }
        return name;
    }

    static String requireValue(String name, String value) {
        boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
        String octets = quoted ? value.substring(1, value.length() - 1) : value;
        if (!consistsOf(octets, NOT_IN_VALUE)) {
            throw new IllegalArgumentException(
                    "value of cookie %s: has a character that is not allowed (expected: visible ASCII without \" , ; \\)"
                            .formatted(name));
        }
        int bytes = name.length() + value.length();
        if (bytes > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "cookie %s: %d bytes of name and value (expected: at most %d)".formatted(name, bytes, MAX_BYTES));
        }
        return value;
    }

    static String requireAttribute(String name, String attribute, String value) {
        boolean plain = value.length() <= MAX_ATTRIBUTE_BYTES;
        for (int i = 0; plain && i < value.length(); i++) {
            char c = value.charAt(i);
            plain = c >= ' ' && c < 0x7f && c != ';';
        }
        if (!plain) {
            throw new IllegalArgumentException(
                    "%s of cookie %s: \"%s\" (expected: at most %d bytes of ASCII without ; and control characters)"
                            .formatted(attribute, name, show(value), MAX_ATTRIBUTE_BYTES));
        }
        return value;
    }

    static String date(Instant time) {
        return DATE.format(time);
    }

    /**
     * Reads the cookies of a request from all its {@code Cookie} headers. If several cookies have the same name, the
     * first one is used. Browsers send the cookie with the most specific path first (RFC 6265bis §5.8.3).
     */
    static Map<String, String> parse(List<String> headers) {
        Map<String, String> cookies = new LinkedHashMap<>();
        read(headers, cookies::putIfAbsent);
        return cookies;
    }

    /** Returns the values of all cookies with the given name, in the client's order. */
    static List<String> all(List<String> headers, String name) {
        List<String> values = new ArrayList<>();
        read(headers, (other, value) -> {
            if (other.equals(name)) {
                values.add(value);
            }
        });
        return values;
    }

    private static void read(List<String> headers, BiConsumer<String, String> cookies) {
        for (String header : headers) {
            for (String pair : decoded(header).split(";", -1)) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? "" : pair.substring(0, equals).strip();
                if (!name.isEmpty() && !hasControl(pair)) { // skips nameless cookies, which this library never sets
                    cookies.accept(name, pair.substring(equals + 1).strip());
                }
            }
        }
    }

    /**
     * Decodes a header as UTF-8, which browsers send. Each character of the header represents a byte. Returns the header
     * unchanged if it is not valid UTF-8.
     */
    private static String decoded(String header) {
        byte[] bytes = header.getBytes(StandardCharsets.ISO_8859_1);
        if (isAscii(bytes)) {
            return header;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return header;
        }
    }

    private static boolean isAscii(byte[] bytes) {
        for (byte b : bytes) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean hasControl(String pair) {
        return pair.chars().anyMatch(c -> Character.isISOControl(c) && c != '\t');
    }

    private static boolean consistsOf(String text, String excluded) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c >= 0x7f || excluded.indexOf(c) >= 0) {
                return false;
            }
        }
        return true;
    }

    private static String show(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), 100); i++) {
            char c = text.charAt(i);
            shown.append(c < ' ' || c >= 0x7f ? "\\u%04x".formatted((int) c) : String.valueOf(c));
        }
        return shown.toString();
    }
}
