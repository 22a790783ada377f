package io.channels4j.routing.regex;

/** Replaces {@code \Q..\E} quotations with escapes, as {@link java.util.regex.Pattern} does. */
final class RegexQuotes {

    private RegexQuotes() {}

    static String expand(String regex) {
        StringBuilder expanded = new StringBuilder();
        int at = 0;
        while (at < regex.length()) {
            if (regex.startsWith("\\Q", at)) {
                at = quotation(regex, at + 2, expanded);
            } else {
                int length = regex.charAt(at) == '\\' && at + 1 < regex.length() ? 2 : 1;
                expanded.append(regex, at, at + length);
                at += length;
            }
        }
        return expanded.toString();
    }

    /** Appends the quoted text. Returns the position after the quotation. */
    private static int quotation(String regex, int from, StringBuilder expanded) {
        int close = regex.indexOf("\\E", from);
        String quoted = regex.substring(from, close < 0 ? regex.length() : close);
        for (int i = 0; i < quoted.length(); i++) {
            char c = quoted.charAt(i);
            boolean special = c < 0x80 && !Character.isLetterOrDigit(c);
            expanded.append(special ? "\\" : "").append(c);
        }
        return close < 0 ? regex.length() : close + 2;
    }
}
