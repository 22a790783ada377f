package io.channels4j.engine.binding;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Writes text that a client sent, for logs and for replies. Long text is shortened, and characters that are not printable are escaped. */
public final class ClientText {

    /** The maximum number of characters of a value that are shown. */
    private static final int MAX_SHOWN = 50;

    private static final int MAX_LOGGED = 500;

    private static final Pattern NAME = Pattern.compile("[\\p{IsAlphabetic}\\p{IsDigit}_-]{1,50}");

    private ClientText() {}

    /** Returns a value as JSON if it is text, a number or a boolean. Otherwise, names its form. Null is a missing value. */
    public static String value(@Nullable JsonNode value) {
        if (value == null || value.isMissingNode()) {
            return "missing";
        }
        if (value.isArray()) {
            return "a list";
        }
        if (value.isObject()) {
            return "an object";
        }
        return value.isString() ? quoted(value.stringValue()) : shown(value.toString(), MAX_SHOWN);
    }

    /** Returns text in quotation marks. */
    public static String quoted(String text) {
        return '"' + shown(text.replace("\\", "\\\\").replace("\"", "\\\""), MAX_SHOWN) + '"';
    }

    /** Returns text for one line of a log. */
    public static String line(String text) {
        return shown(text, MAX_LOGGED);
    }

    /** Returns true if a field's name is short and consists of letters, digits, hyphens and underscores. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    private static String shown(String text, int max) {
        StringBuilder shown = new StringBuilder();
        int end = text.offsetByCodePoints(0, Math.min(max, text.codePointCount(0, text.length())));
        text.codePoints().limit(max).forEach(character -> append(shown, character));
        return end < text.length() ? shown.append("...").toString() : shown.toString();
    }

    private static void append(StringBuilder shown, int character) {
        switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> {
                for (char unit : Character.toChars(character)) {
                    shown.append("\\u%04x".formatted((int) unit));
                }
            }
            default -> shown.appendCodePoint(character);
        }
    }
}
