package io.channels4j.layer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Creates group names from any text, such as a room name chosen by a client.
 *
 * {@snippet class="io.channels4j.layer.GroupNameTest" region="names"}
 *
 * <p>A name consists of ASCII letters, digits, hyphens, underscores and periods. It is shorter than 100 characters, so
 * it is also valid in Django Channels. Different arguments yield different names.
 *
 * <ul>
 *   <li>An underscore separates the prefix and the parts.
 * <li>ASCII letters, digits and hyphens are kept. Other characters are escaped: each UTF-8 byte becomes a period and
 * two hexadecimal digits. For example, {@code "a b"} becomes {@code a.20b}.
 *   <li>A name of 100 characters or more is truncated and ends with two periods and the SHA-256 hash of the full name. Escapes never
 *       contain two periods.
 * </ul>
 */
public final class GroupName {

    private static final int MAX_LENGTH = 99;
    private static final char SEPARATOR = '_';
    private static final char ESCAPE = '.';
    private static final String HASH_MARKER = "..";
    private static final int HASH_LENGTH = 64;
    private static final int KEPT_OF_LONG = MAX_LENGTH - HASH_LENGTH - HASH_MARKER.length();
    private static final int ESCAPE_LENGTH = 3;
    private static final HexFormat HEX = HexFormat.of();

    private GroupName() {}

    /**
     * Returns a name made of two parts.
     *
     * @param prefix the kind of group, such as {@code "chat"}; any text
     * @param part the part that distinguishes the group from others of its kind; any text
     * @return the name, such as {@code "chat_lobby"}
     */
    public static String of(String prefix, String part) {
        StringBuilder name = new StringBuilder(prefix.length() + part.length() + 1);
        append(name, prefix);
        append(name.append(SEPARATOR), part);
        return shorten(name);
    }

    /**
     * Returns a name made of several parts.
     *
     * @param prefix the kind of group, such as {@code "chat"}; any text
     * @param first the first part; any text
     * @param more the other parts; any text
     * @return the name, such as {@code "chat_lobby_admins"}
     */
    public static String of(String prefix, String first, String... more) {
        StringBuilder name = new StringBuilder();
        append(name, prefix);
        append(name.append(SEPARATOR), first);
        for (String part : more) {
            append(name.append(SEPARATOR), part);
        }
        return shorten(name);
    }

    private static void append(StringBuilder name, String part) {
        for (int i = 0; i < part.length(); ) {
            int character = part.codePointAt(i);
            if (isPlain(character)) {
                name.append((char) character);
            } else {
                for (byte b : utf8(character)) {
                    name.append(ESCAPE).append(HEX.toHexDigits(b));
                }
            }
            i += Character.charCount(character);
        }
    }

    private static boolean isPlain(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-';
    }

    private static byte[] utf8(int character) {
        return Character.isBmpCodePoint(character) && Character.isSurrogate((char) character)
                ? unpairedSurrogate(character)
                : Character.toString(character).getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Returns the three bytes that the UTF-8 scheme yields for an unpaired surrogate. They are not valid UTF-8, so they differ from the
     * encoding of every other character.
     */
    private static byte[] unpairedSurrogate(int c) {
        return new byte[] {(byte) (0xe0 | c >> 12), (byte) (0x80 | c >> 6 & 0x3f), (byte) (0x80 | c & 0x3f)};
    }

    private static String shorten(StringBuilder name) {
        if (name.length() <= MAX_LENGTH) {
            return name.toString();
        }
        int cut = KEPT_OF_LONG;
        int lastEscape = name.lastIndexOf(String.valueOf(ESCAPE), cut - 1);
        if (lastEscape > cut - ESCAPE_LENGTH) {
            cut = lastEscape;
        }
        return name.substring(0, cut) + HASH_MARKER + HEX.formatHex(sha256(name.toString()));
    }

    private static byte[] sha256(String ascii) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(ascii.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
