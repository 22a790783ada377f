package io.channels4j.netty.settings;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** Argument checks for the settings. */
final class Checks {

    private Checks() {}

    static void requirePositive(String name, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("%s: %d (expected: 1 or more)".formatted(name, value));
        }
    }

    static void requireNotNegative(String name, long value) {
        if (value < 0) {
            throw new IllegalArgumentException("%s: %d (expected: 0 or more)".formatted(name, value));
        }
    }

    static void requirePositive(String name, Duration value) {
        requireNonNull(value, name);
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("%s: %s (expected: more than zero)".formatted(name, value));
        }
    }

    static void requireZeroOrMore(String name, Duration value) {
        requireNonNull(value, name);
        if (value.isNegative()) {
            throw new IllegalArgumentException("%s: %s (expected: zero or more)".formatted(name, value));
        }
    }
}
