package io.channels4j.routing.regex;

import java.util.List;
import java.util.SplittableRandom;

/** Generates regular expressions in the supported syntax, and inputs that may match them. */
final class RandomRegex {

    private static final List<String> CHARACTERS =
            List.of("a", "b", "/", "-", "é", "\\.", "\\x61", "\\u00e9", "\\Qb-\\E", ".", "\\n");
    private static final List<String> CLASSES = List.of(
            "\\d",
            "\\w",
            "\\s",
            "\\D",
            "\\W",
            "[ab]",
            "[^/]",
            "[a-z&&[^b]]",
            "[]a]",
            "[^]b]",
            "[\\w-]",
            "\\p{L}",
            "[[a]1]");
    private static final List<String> ANCHORS = List.of("^", "\\A", "\\z", "\\b", "\\B");
    private static final List<String> QUANTIFIERS =
            List.of("*", "+", "?", "*?", "+?", "??", "{2}", "{0,2}", "{1,3}?", "{2,}", "{0}", "{0,1}", "{1,}?");
    private static final String ALPHABET = "aaabbb/-é1. \nA東";

    private final SplittableRandom random;

    RandomRegex(long seed) {
        random = new SplittableRandom(seed);
    }

    String expression() {
        String flag = random.nextInt(8) == 0 ? "(?i)" : "";
        return flag + alternation(3);
    }

    String input() {
        StringBuilder input = new StringBuilder();
        int length = random.nextInt(9);
        for (int i = 0; i < length; i++) {
            input.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return input.toString();
    }

    private String alternation(int depth) {
        int branches = random.nextInt(4) == 0 ? 2 + random.nextInt(2) : 1;
        StringBuilder text = new StringBuilder(sequence(depth));
        for (int i = 1; i < branches; i++) {
            text.append('|').append(sequence(depth));
        }
        return text.toString();
    }

    private String sequence(int depth) {
        StringBuilder text = new StringBuilder();
        int parts = random.nextInt(4);
        for (int i = 0; i < parts; i++) {
            text.append(part(depth));
        }
        return text.toString();
    }

    private String part(int depth) {
        int kind = random.nextInt(10);
        if (kind == 0) {
            return one(ANCHORS);
        }
        boolean repeated = random.nextInt(2) == 0;
        String atom = kind < 5 && depth > 0 ? group(depth - 1, repeated) : one(kind < 8 ? CHARACTERS : CLASSES);
        return repeated ? atom + one(QUANTIFIERS) : atom;
    }

    /**
     * Returns a group. Repeated groups avoid two defects of java.util.regex. First, a group that can match only the
     * empty string is reported as absent if it is repeated, as in {@code ()*}. Other groups with an empty iteration, as
     * in {@code (a?)*}, are reported as empty. Therefore, every repeated group matches some text. Second, a repeated
     * group of fixed shape keeps the text of abandoned iterations, and so do the groups inside it. Therefore, every
     * repeated group has an optional part or is not capturing.
     */
    private String group(int depth, boolean repeated) {
        String open = one(List.of("(", "(", "(?:", "(?i:", "(?s:"));
        if (!repeated) {
            return open + alternation(depth) + ")";
        }
        return random.nextInt(3) == 0
                ? "(?:" + one(CHARACTERS) + alternation(0) + ")"
                : open + one(CHARACTERS) + one(List.of("?", "*?")) + alternation(depth) + ")";
    }

    private String one(List<String> texts) {
        return texts.get(random.nextInt(texts.size()));
    }
}
