package io.channels4j.layer;

import static java.util.Objects.requireNonNull;

import io.channels4j.InvalidNameException;
import java.nio.charset.StandardCharsets;

/**
 * The rules for channel and group names, for layer implementations.
 *
 * <p>A name consists of 1-255 bytes of UTF-8 without control characters or unpaired surrogates. A channel's name may
 * contain one exclamation mark, which ends the part that identifies the process. A group's name must not contain one.
 */
public final class LayerNames {

    private static final int MAX_BYTES = 255;
    private static final String RULE = "1-255 bytes of UTF-8 without control characters";

    private LayerNames() {}

    /**
     * Checks the name of a channel.
     *
     * @param name the name
     * @return the name
     * @throws InvalidNameException if the name is invalid
     */
    public static String requireChannel(String name) {
        check("channel name", name, 1);
        return name;
    }

    /**
     * Checks the name of a group.
     *
     * @param name the name
     * @return the name
     * @throws InvalidNameException if the name is invalid
     */
    public static String requireGroup(String name) {
        check("group name", name, 0);
        return name;
    }

    private static void check(String what, String name, int maxMarks) {
        int length = requireNonNull(name, what).length();
        int marks = 0;
        boolean plain = length > 0 && length <= MAX_BYTES;
        boolean ascii = true;
        for (int i = 0; plain && i < length; i++) {
            char c = name.charAt(i);
            plain = !Character.isISOControl(c);
            ascii &= c < 0x80;
            marks += c == '!' ? 1 : 0;
        }
        if (!plain || !ascii && !fitsAsUtf8(name)) {
            throw new InvalidNameException("%s: \"%s\" (expected: %s)".formatted(what, show(name), RULE));
        }
        if (marks > maxMarks) {
            throw new InvalidNameException("%s: \"%s\" (expected: %s)"
                    .formatted(
                            what, show(name), maxMarks == 0 ? "no exclamation mark" : "at most one exclamation mark"));
        }
    }

    private static boolean fitsAsUtf8(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return bytes.length <= MAX_BYTES && StandardCharsets.UTF_8.newEncoder().canEncode(name);
    }

    private static String show(String name) {
        StringBuilder shown = new StringBuilder();
        int end = Math.min(name.length(), MAX_BYTES);
        for (int i = 0; i < end; i++) {
            char c = name.charAt(i);
            shown.append(
                    Character.isISOControl(c) || Character.isSurrogate(c)
                            ? "\\u%04x".formatted((int) c)
                            : String.valueOf(c));
        }
        return end < name.length() ? shown + "..." : shown.toString();
    }
}
