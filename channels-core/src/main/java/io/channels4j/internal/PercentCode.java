package io.channels4j.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoding (RFC 3986 §2.1) of UTF-8 text. */
public final class PercentCode {

    private static final String UNRESERVED_IN_PATH = "-._~!$&'()*+,;=:@/";
    private static final String FORBIDDEN_IN_REFERENCE = "\"<>\\^`{|}";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PercentCode() {}

    /** Decodes a path. Throws IllegalArgumentException if the encoding is invalid. */
    public static String decodePath(String encoded) {
        return encoded.indexOf('%') < 0 ? encoded : decode(encoded, false);
    }

    /** Decodes a name or value from a query, in which a plus sign represents a space (WHATWG URL, urlencoded). */
    public static String decodeQuery(String encoded) {
        return encoded.indexOf('%') < 0 && encoded.indexOf('+') < 0 ? encoded : decode(encoded, true);
    }

    /** Encodes a path. Slashes are kept. */
    public static String encodePath(String decoded) {
        StringBuilder encoded = new StringBuilder(decoded.length());
        for (byte b : decoded.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED_IN_PATH.indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    /**
     * Encodes the characters that a URI reference must not contain (RFC 3986), such as controls, spaces, backslashes and
     * characters beyond ASCII. Percent signs are kept, so an encoded reference does not change.
     */
    public static String encodeReference(String reference) {
        StringBuilder encoded = new StringBuilder(reference.length());
        for (byte b : reference.getBytes(StandardCharsets.UTF_8)) {
            if (b > ' ' && b < 0x7f && FORBIDDEN_IN_REFERENCE.indexOf(b) < 0) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    private static String decode(String encoded, boolean plusIsSpace) {
        byte[] utf8 = encoded.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(utf8.length);
        for (int i = 0; i < utf8.length; i++) {
            if (utf8[i] == '%') {
                decoded.write(hexPair(encoded, utf8, i));
                i += 2;
            } else {
                decoded.write(plusIsSpace && utf8[i] == '+' ? ' ' : utf8[i]);
            }
        }
        return utf8ToString(encoded, decoded.toByteArray());
    }

    private static int hexPair(String encoded, byte[] utf8, int at) {
        int high = at + 2 < utf8.length ? Character.digit(utf8[at + 1], 16) : -1;
        int low = at + 2 < utf8.length ? Character.digit(utf8[at + 2], 16) : -1;
        if (high < 0 || low < 0) {
            throw new IllegalArgumentException(
                    "percent-encoding: \"%s\" (expected: two hexadecimal digits after %%)".formatted(encoded));
        }
        return high << 4 | low;
    }

    private static String utf8ToString(String encoded, byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("percent-encoding: \"%s\" (expected: UTF-8)".formatted(encoded), e);
        }
    }
}
