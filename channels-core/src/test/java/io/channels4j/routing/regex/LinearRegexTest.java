package io.channels4j.routing.regex;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinearRegexTest {

    private static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNIX_LINES;
    private static final int EXPRESSIONS = 10_000;
    private static final int INPUTS = 10;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void findsWhatABacktrackingSearchFinds(long seed) {
        RandomRegex random = new RandomRegex(seed);
        int matches = 0;
        for (int i = 0; i < EXPRESSIONS; i++) {
            Pattern pattern = Pattern.compile(random.expression(), FLAGS);
            LinearRegex regex = LinearRegex.of(pattern);
            for (int j = 0; j < INPUTS; j++) {
                matches += compare(pattern, regex, random.input());
            }
        }
        assertThat(matches).isGreaterThan(EXPRESSIONS); // ensures that enough inputs matched
    }

    /** Compares all extents and returns the number of matches. */
    private static int compare(Pattern pattern, LinearRegex regex, String input) {
        int matches = 0;
        for (Extent extent : Extent.values()) {
            int[] expected;
            try {
                expected = backtracking(pattern, new Bounded(input), extent);
            } catch (ArithmeticException e) {
                continue; // the backtracking search takes exponential time
            }
            int[] actual = regex.match(input, extent);
            assertThat(actual == null ? null : Arrays.copyOf(actual, 2 * (regex.groups() + 1)))
                    .as("%s of \"%s\" in \"%s\"", extent, pattern, input)
                    .isEqualTo(expected);
            matches += expected == null ? 0 : 1;
        }
        return matches;
    }

    /** A text whose characters can be read only a limited number of times. */
    private static final class Bounded implements CharSequence {
        private final String text;
        private int reads;

        Bounded(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (++reads > 10_000) {
                throw new ArithmeticException();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.substring(start, end);
        }
    }

    private static int[] backtracking(Pattern pattern, CharSequence input, Extent extent) {
        Matcher matcher = pattern.matcher(input);
        boolean found = switch (extent) {
            case WHOLE -> matcher.matches();
            case START -> matcher.lookingAt();
            case ANYWHERE -> matcher.find();
        };
        if (!found) {
            return null;
        }
        int[] groups = new int[2 * (matcher.groupCount() + 1)];
        for (int group = 0; group <= matcher.groupCount(); group++) {
            groups[2 * group] = matcher.start(group);
            groups[2 * group + 1] = matcher.end(group);
        }
        return groups;
    }

    @ParameterizedTest
    @CsvSource({
        "'(?:a|aa)+$', a",
        "'(a*)*b', a",
        "'(?:a?){30}a{30}', a",
        "'(.*)(.*)(.*)(.*)x', a",
        "'^s3/([-a-zA-Z0-9_]+)-([-a-zA-Z0-9_]+)-([-a-zA-Z0-9_]+)/', -",
        "'^(.+)/(.+)/(.+)/end', /",
        "'(?:[a-z]|-)+$', a",
        "'((a*)*)*$', a",
    })
    @DisplayName("P7: the steps of a match grow in proportion to the length of the path")
    void stepsAreLinearInTheLength(String expression, String repeated) {
        LinearRegex regex = LinearRegex.of(Pattern.compile(expression, FLAGS));
        long steps = steps(regex, repeated.repeat(1_000));

        for (int factor : new int[] {2, 4, 8}) {
            assertThat(steps(regex, repeated.repeat(1_000 * factor)))
                    .as("steps for %d times the length, against %d", factor, steps)
                    .isBetween(steps, steps * factor + 1_000);
        }
    }

    private static long steps(LinearRegex regex, String input) {
        return Arrays.stream(Extent.values())
                .mapToLong(extent -> regex.stepsFor(input + "!", extent))
                .sum();
    }

    @Test
    @DisplayName("P7: a long path does not overflow the stack")
    void matchesALongPath() {
        LinearRegex regex = LinearRegex.of(Pattern.compile("(?:[a-z]|-)+", FLAGS));
        String path = "a".repeat(1_000_000);

        assertThat(regex.match(path, Extent.WHOLE)).startsWith(0, 1_000_000);
    }

    @Test
    void matchesCodePointsOutsideTheBasicPlane() {
        LinearRegex regex = LinearRegex.of(Pattern.compile("(.)([^a])\\ud83d\\udcac", FLAGS));

        assertThat(regex.match("💬💬💬", Extent.WHOLE)).containsExactly(0, 6, 0, 2, 2, 4);
    }
}
