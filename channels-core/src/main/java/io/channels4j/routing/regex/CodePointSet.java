package io.channels4j.routing.regex;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A set of code points: a literal or a character class.
 *
 * <p>A character class is a {@link Pattern} that matches exactly one code point, which takes constant time. Its semantics are therefore
 * exactly those of Java. Results for ASCII characters are precomputed.
 *
 * <p>Immutable.
 */
final class CodePointSet {

    private static final int ASCII = 128;

    private final int literal;
    private final @Nullable Pattern pattern;
    private final boolean[] ascii = new boolean[ASCII];

    private CodePointSet(int literal, @Nullable Pattern pattern) {
        this.literal = literal;
        this.pattern = pattern;
        for (int c = 0; c < ASCII; c++) {
            ascii[c] = matches(c);
        }
    }

    static CodePointSet of(int literal) {
        return new CodePointSet(literal, null);
    }

    static CodePointSet of(Pattern pattern) {
        return new CodePointSet(-1, pattern);
    }

    boolean contains(int codePoint) {
        return codePoint < ASCII ? ascii[codePoint] : matches(codePoint);
    }

    /** Returns the only element of this set if it was created from a literal, otherwise -1. */
    int literal() {
        return literal;
    }

    private boolean matches(int codePoint) {
        return pattern == null
                ? codePoint == literal
                : pattern.matcher(Character.toString(codePoint)).matches();
    }
}
