package io.channels4j.routing;

import static java.util.Objects.requireNonNull;

import io.channels4j.routing.regex.LinearRegex;
import io.channels4j.routing.regex.UnsupportedRegexException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Translates regular expressions from Python's or Java's notation to Java's notation. Compiles them for matching in
 * linear time.
 *
 * <p>Named groups become numbered groups. Their names are stored separately, because Java's group names cannot contain
 * underscores. The dollar sign is translated to {@code \z}, the absolute end of the path. Otherwise, it would also
 * match before a line feed at the end of the path.
 */
final class RegexSyntax {

    /** As in Python's {@code re}, {@code \w} includes all scripts, and {@code .} excludes only the line feed. */
    static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNIX_LINES;

    static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");

    private static final String UNNAMED = "";

    /** The maximum nesting depth, which limits the recursion of the parsers. */
    private static final int MAX_NESTED = 100;

    private final String source;
    private final StringBuilder java = new StringBuilder();
    private final List<String> names = new ArrayList<>();
    private int at;
    private int classDepth;
    private int groupDepth;
    private boolean endsAtEnd;

    private RegexSyntax(String source) {
        this.source = requireNonNull(source, "regex");
    }

    /**
     * A translated regular expression.
     *
     * @param java the expression in Java's notation
     * @param linear the compiled expression
     * @param names the name of each capturing group, empty for an unnamed group
     * @param endsAtEnd whether the expression ends with {@code $} or {@code \Z}
     */
    record Regex(String java, LinearRegex linear, List<String> names, boolean endsAtEnd) {

        boolean hasNames() {
            return names.stream().anyMatch(name -> !name.equals(UNNAMED));
        }
    }

    static Regex read(String source) {
        return new RegexSyntax(source).read();
    }

    private Regex read() {
        while (at < source.length()) {
            step();
        }
        return new Regex(java.toString(), compile(), List.copyOf(names), endsAtEnd);
    }

    private void step() {
        char c = source.charAt(at);
        endsAtEnd = false;
        if (c == '\\') {
            escape();
        } else if (c == '[') {
            openClass();
        } else if (classDepth > 0) {
            classDepth -= c == ']' ? 1 : 0;
            copy(1);
        } else if (c == '(') {
            requireShallow(++groupDepth);
            group();
        } else if (c == ')') {
            groupDepth--;
            copy(1);
        } else if (c == '$') {
            end(1);
        } else {
            copy(1);
        }
    }

    private void escape() {
        if (source.startsWith("\\Q", at)) {
            int close = source.indexOf("\\E", at);
            copy(close < 0 ? source.length() - at : close + 2 - at);
        } else if (source.startsWith("\\Z", at)) { // in Python, \Z is the absolute end
            end(2);
        } else if (source.startsWith("\\k<", at)) {
            backReference(3, '>');
        } else {
            copy(Math.min(2, source.length() - at));
        }
    }

    private void requireShallow(int depth) {
        if (depth > MAX_NESTED) {
            throw invalid("at most %d nested groups and classes".formatted(MAX_NESTED));
        }
    }

    private void openClass() {
        requireShallow(++classDepth);
        copy(source.startsWith("[^", at) ? 2 : 1);
        if (source.startsWith("]", at)) { // a closing bracket in the first position is a literal
            copy(1);
        }
    }

    private void group() {
        if (source.startsWith("(?P=", at)) {
            backReference(4, ')');
        } else if (source.startsWith("(?P<", at)) {
            namedGroup(4);
        } else if (source.startsWith("(?<", at) && !source.startsWith("(?<=", at) && !source.startsWith("(?<!", at)) {
            namedGroup(3);
        } else {
            if (!source.startsWith("(?", at)) {
                names.add(UNNAMED);
            }
            copy(1);
        }
    }

    private void namedGroup(int lead) {
        String name = nameUntil('>', lead);
        if (!NAME.matcher(name).matches()) {
            throw invalid("group names of letters, digits and underscores, not \"%s\"".formatted(name));
        }
        if (names.contains(name)) {
            throw invalid("unique group names, but \"%s\" occurs twice".formatted(name));
        }
        names.add(name);
        java.append('(');
    }

    private void backReference(int lead, char close) {
        String name = nameUntil(close, lead);
        int group = names.indexOf(name) + 1;
        if (group == 0) {
            throw invalid("a back reference to a group before it, not to \"%s\"".formatted(name));
        }
        java.append("(?:\\").append(group).append(')'); // grouped, so that the number excludes a following digit
    }

    private String nameUntil(char close, int lead) {
        int start = at + lead;
        int stop = source.indexOf(close, start);
        if (stop < 0) {
            throw invalid("a %s behind the group name at %d".formatted(close, start));
        }
        at = stop + 1;
        return source.substring(start, stop);
    }

    private void end(int length) {
        java.append("\\z");
        at += length;
        endsAtEnd = true;
    }

    private void copy(int length) {
        java.append(source, at, at + length);
        at += length;
    }

    private LinearRegex compile() {
        try {
            return LinearRegex.of(Pattern.compile(java.toString(), FLAGS));
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "route: \"%s\" (expected: a regular expression; %s)".formatted(source, e.getDescription()), e);
        } catch (UnsupportedRegexException e) {
            throw invalid(e.expected());
        }
    }

    private IllegalArgumentException invalid(String expected) {
        return new IllegalArgumentException("route: \"%s\" (expected: %s)".formatted(source, expected));
    }
}
