package io.channels4j.routing.regex;

import io.channels4j.routing.regex.RegexNode.Alternation;
import io.channels4j.routing.regex.RegexNode.Anchor;
import io.channels4j.routing.regex.RegexNode.Assertion;
import io.channels4j.routing.regex.RegexNode.CapturingGroup;
import io.channels4j.routing.regex.RegexNode.One;
import io.channels4j.routing.regex.RegexNode.Repetition;
import io.channels4j.routing.regex.RegexNode.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Parses a regular expression that {@link Pattern} has accepted. Rejects constructs that cannot be matched in linear
 * time.
 *
 * <p>Confined to one thread.
 */
final class RegexParser {

    private static final int MAX_COUNT = 1000;
    private static final String LINEAR = "matching must be linear in the length of the path";

    private final String source;
    private final Map<String, CodePointSet> sets = new HashMap<>();
    private int flags;
    private int at;
    private int groups;

    RegexParser(Pattern pattern) {
        this.source = RegexQuotes.expand(pattern.pattern());
        this.flags = pattern.flags();
    }

    RegexNode parse() {
        return alternation();
    }

    int groups() {
        return groups;
    }

    private RegexNode alternation() {
        List<RegexNode> branches = new ArrayList<>();
        branches.add(sequence());
        while (take("|")) {
            branches.add(sequence());
        }
        return branches.size() == 1 ? branches.get(0) : new Alternation(List.copyOf(branches));
    }

    private RegexNode sequence() {
        List<RegexNode> parts = new ArrayList<>();
        while (at < source.length() && source.charAt(at) != '|' && source.charAt(at) != ')') {
            RegexNode atom = atom();
            parts.add(quantified(atom));
        }
        return parts.size() == 1 ? parts.get(0) : new Sequence(List.copyOf(parts));
    }

    private RegexNode atom() {
        char c = source.charAt(at);
        return switch (c) {
            case '(' -> group();
            case '[' -> new One(set(classEnd()));
            case '\\' -> escape();
            case '.' -> new One(set(at + 1));
            case '^' -> assertion(1, Anchor.START);
            case '$' -> assertion(1, Anchor.END);
            case '*', '+', '?', '{' ->
                throw new UnsupportedRegexException(
                        "one quantifier behind each part, not \"%s\"".formatted(source.substring(at)));
            default -> literal();
        };
    }

    private RegexNode assertion(int length, Anchor anchor) {
        at += length;
        return new Assertion(anchor);
    }

    private RegexNode literal() {
        int codePoint = source.codePointAt(at);
        int end = at + Character.charCount(codePoint);
        if ((flags & Pattern.CASE_INSENSITIVE) != 0) {
            return new One(set(end));
        }
        at = end;
        return new One(CodePointSet.of(codePoint));
    }

    // groups

    private RegexNode group() {
        rejectGroupsThatBacktrack();
        int outerFlags = flags;
        RegexNode body;
        if (take("(?")) {
            if (!inlineFlags()) { // (?i) applies to the rest of the enclosing group
                return new Sequence(List.of());
            }
            body = alternation();
        } else {
            at++;
            int number = ++groups;
            body = new CapturingGroup(number, alternation());
        }
        at++; // the closing parenthesis
        flags = outerFlags;
        return body;
    }

    private void rejectGroupsThatBacktrack() {
        reject("(?=", "lookahead");
        reject("(?!", "lookahead");
        reject("(?<=", "lookbehind");
        reject("(?<!", "lookbehind");
        reject("(?>", "atomic group");
    }

    private void reject(String notation, String name) {
        if (source.startsWith(notation, at)) {
            throw new UnsupportedRegexException(
                    "no %s %s; %s. Match more and check the value in the consumer, or use several routes"
                            .formatted(name, notation, LINEAR));
        }
    }

    /** Reads the flags that follow {@code (?}. Returns true if the group has a body, or false if it contains only flags. */
    private boolean inlineFlags() {
        boolean on = true;
        while (true) {
            char c = source.charAt(at++);
            switch (c) {
                case ':' -> {
                    return true;
                }
                case ')' -> {
                    return false;
                }
                case '-' -> on = false;
                case 'i' -> set(Pattern.CASE_INSENSITIVE, on);
                case 's' -> set(Pattern.DOTALL, on);
                default -> requireDefault(c, on);
            }
        }
    }

    private void set(int flag, boolean on) {
        flags = on ? flags | flag : flags & ~flag;
    }

    /** Accepts only the flags that are always on. */
    private static void requireDefault(char flag, boolean on) {
        if (!on || flag != 'u' && flag != 'U' && flag != 'd') {
            throw new UnsupportedRegexException("the inline flags i and s, not %s%s".formatted(on ? "" : "-", flag));
        }
    }

    // quantifiers

    private RegexNode quantified(RegexNode atom) {
        if (at == source.length()) {
            return atom;
        }
        return switch (source.charAt(at)) {
            case '?' -> repetition(atom, 1, 0, 1);
            case '*' -> repetition(atom, 1, 0, Repetition.UNLIMITED);
            case '+' -> repetition(atom, 1, 1, Repetition.UNLIMITED);
            case '{' -> counted(atom);
            default -> atom;
        };
    }

    private RegexNode counted(RegexNode atom) {
        int close = source.indexOf('}', at);
        String[] limits = source.substring(at + 1, close).split(",", -1);
        int min = count(limits[0]);
        int max = limits.length == 1 ? min : limits[1].isEmpty() ? Repetition.UNLIMITED : count(limits[1]);
        return repetition(atom, close + 1 - at, min, max);
    }

    private static int count(String digits) {
        if (digits.length() > 4 || Integer.parseInt(digits) > MAX_COUNT) {
            throw new UnsupportedRegexException("at most %d repetitions, not %s".formatted(MAX_COUNT, digits));
        }
        return Integer.parseInt(digits);
    }

    private RegexNode repetition(RegexNode body, int length, int min, int max) {
        at += length;
        if (source.startsWith("+", at)) {
            throw new UnsupportedRegexException("no possessive quantifier %s; %s. The same without the + matches more"
                    .formatted(source.substring(at - length, at + 1), LINEAR));
        }
        return new Repetition(body, min, max, !take("?"));
    }

    // escapes and classes

    private RegexNode escape() {
        char c = source.charAt(at + 1);
        return switch (c) {
            case 'A' -> assertion(2, Anchor.START);
            case 'z', 'Z' -> assertion(2, Anchor.END);
            case 'B' -> assertion(2, Anchor.NO_WORD_BOUNDARY);
            case 'b' -> wordBoundary();
            case 'G', 'R', 'X' ->
                throw new UnsupportedRegexException("no \\%c; %s. Use a character class".formatted(c, LINEAR));
            case 'k', '1', '2', '3', '4', '5', '6', '7', '8', '9' ->
                throw new UnsupportedRegexException(
                        "no back reference; %s. Capture both texts and compare them in the consumer".formatted(LINEAR));
            default -> new One(set(at + escapeLength(c)));
        };
    }

    private RegexNode wordBoundary() {
        if (source.startsWith("{", at + 2)) {
            throw new UnsupportedRegexException("\\b instead of \\b{g}");
        }
        return assertion(2, Anchor.WORD_BOUNDARY);
    }

    private int escapeLength(char kind) {
        return switch (kind) {
            case 'p', 'P', 'N' -> source.startsWith("{", at + 2) ? source.indexOf('}', at) + 1 - at : 3;
            case 'x' -> source.startsWith("{", at + 2) ? source.indexOf('}', at) + 1 - at : 4;
            case 'u' -> isSurrogatePair() ? 12 : 6;
            case 'c' -> 3;
            case '0' -> octalLength();
            default -> 1 + Character.charCount(source.codePointAt(at + 1));
        };
    }

    private boolean isSurrogatePair() {
        return source.startsWith("\\u", at + 6)
                && Character.isHighSurrogate(hex(at + 2))
                && Character.isLowSurrogate(hex(at + 8));
    }

    private char hex(int from) {
        return (char) Integer.parseInt(source.substring(from, from + 4), 16);
    }

    private int octalLength() {
        int maxDigits = source.charAt(at + 2) <= '3' ? 3 : 2;
        int length = 2;
        while (length < 2 + maxDigits
                && at + length < source.length()
                && source.charAt(at + length) >= '0'
                && source.charAt(at + length) <= '7') {
            length++;
        }
        return length;
    }

    /**
     * Returns the end of the character class at the current position. It is the position after the first bracket that
     * completes the class.
     */
    private int classEnd() {
        for (int close = source.indexOf(']', at); close >= 0; close = source.indexOf(']', close + 1)) {
            if (isComplete(source.substring(at, close + 1))) {
                return close + 1;
            }
        }
        throw new UnsupportedRegexException("a complete character class");
    }

    private boolean isComplete(String characterClass) {
        try {
            Pattern.compile(characterClass, flags);
            return true;
        } catch (PatternSyntaxException e) {
            return false;
        }
    }

    private CodePointSet set(int end) {
        String text = source.substring(at, end);
        at = end;
        return sets.computeIfAbsent(
                flags + text, key -> CodePointSet.of(Pattern.compile(text, flags))); // patterns often repeat a class
    }

    private boolean take(String text) {
        boolean found = source.startsWith(text, at);
        at += found ? text.length() : 0;
        return found;
    }
}
