package io.channels4j;

/**
 * The syntax of header fields (RFC 9110). A name is a token (§5.6.2). A value contains no character above U+00FF and no
 * control character except the tab (§5.5).
 */
final class FieldSyntax {

    private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~";

    private FieldSyntax() {}

    static String requireName(String name) {
        boolean token = !name.isEmpty();
        for (int i = 0; token && i < name.length(); i++) {
            token = isTokenChar(name.charAt(i));
        }
        if (!token) {
            throw new IllegalArgumentException(
                    "header name: \"%s\" (expected: a token, RFC 9110)".formatted(show(name)));
        }
        return name;
    }

    static String requireValue(String name, String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f || c > 0xff) {
                throw new IllegalArgumentException(
                        "value of header %s: character U+%04X at %d (expected: no control characters, at most U+00FF)"
                                .formatted(name, (int) c, i));
            }
        }
        return value;
    }

    private static boolean isTokenChar(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || TOKEN_SIGNS.indexOf(c) >= 0;
    }

    private static String show(String name) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            shown.append(c < ' ' || c >= 0x7f ? "\\u%04x".formatted((int) c) : String.valueOf(c));
        }
        return shown.toString();
    }
}
