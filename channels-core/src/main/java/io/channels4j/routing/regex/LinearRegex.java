package io.channels4j.routing.regex;

import io.channels4j.routing.regex.RegexNode.Anchor;
import io.channels4j.routing.regex.RegexNode.Assertion;
import io.channels4j.routing.regex.RegexNode.One;
import io.channels4j.routing.regex.RegexNode.Sequence;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression that is matched without recursion, in time proportional to the length of the input.
 *
 * <p>It finds the same match as {@link Pattern}, which is the leftmost match. If several matches start there, it is the
 * one that a backtracking search would find first. The groups are also the same, except for two defects of {@code
 * Pattern}. A repeated group may keep the text of an abandoned iteration, and a repeated group that can match only the
 * empty string is reported as absent. Back references, lookaround, atomic groups and possessive quantifiers are
 * rejected, because they require backtracking.
 *
 * <p><b>Threads.</b> Immutable, thread-safe.
 */
public final class LinearRegex {

    private final RegexProgram program;
    private final int groups;
    private final String prefix;

    private LinearRegex(RegexProgram program, int groups, String prefix) {
        this.program = program;
        this.groups = groups;
        this.prefix = prefix;
    }

    /**
     * Compiles an expression that {@link Pattern} accepts. A dollar sign matches only at the end of the input.
     *
     * @param pattern the expression with its flags
     * @return the compiled expression
     * @throws UnsupportedRegexException if the expression cannot be matched in linear time
     */
    public static LinearRegex of(Pattern pattern) {
        RegexParser parser = new RegexParser(pattern);
        RegexNode root = parser.parse();
        return new LinearRegex(RegexCompiler.compile(root, parser.groups()), parser.groups(), prefixOf(root));
    }

    /** Returns the number of capturing groups. */
    public int groups() {
        return groups;
    }

    /**
     * Searches an input for a match.
     *
     * @param input the input
     * @param extent the part of the input that must match
     * @return the start and end offsets of the match and of each group, or null if there is no match. The offsets of a
     *     group that did not participate are -1.
     */
    public int @Nullable [] match(String input, Extent extent) {
        return input.startsWith(prefix) ? new RegexSearch(program, input, extent).run() : null;
    }

    /** Returns the number of steps that a search takes. */
    long stepsFor(String input, Extent extent) {
        RegexSearch search = new RegexSearch(program, input, extent);
        search.run();
        return search.steps();
    }

    /** Returns the literal text that follows a leading {@code ^}. An input that does not start with it cannot match. */
    private static String prefixOf(RegexNode root) {
        StringBuilder prefix = new StringBuilder();
        List<RegexNode> parts = root instanceof Sequence sequence ? sequence.parts() : List.of(root);
        if (parts.isEmpty() || !parts.get(0).equals(new Assertion(Anchor.START))) {
            return "";
        }
        for (RegexNode part : parts.subList(1, parts.size())) {
            if (!(part instanceof One one) || one.set().literal() < 0) {
                break;
            }
            prefix.appendCodePoint(one.set().literal());
        }
        return prefix.toString();
    }
}
