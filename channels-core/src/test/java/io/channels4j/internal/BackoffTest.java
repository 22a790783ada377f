package io.channels4j.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

    /** A generator that always returns the largest number in the range. */
    private static final RandomGenerator LARGEST = new Random() {
        private static final long serialVersionUID = 1L;

        @Override
        public long nextLong(long origin, long bound) {
            return bound - 1;
        }
    };

    private final Backoff backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10));

    @Test
    void doublesItsBoundUpToMaximum() {
        assertThat(IntStream.range(0, 9)
                        .mapToObj(attempt -> backoff.delay(attempt, LARGEST).toMillis()))
                .containsExactly(100L, 200L, 400L, 800L, 1600L, 3200L, 6400L, 10_000L, 10_000L);
    }

    @Test
    void staysAtMaximumAfterManyAttempts() {
        assertThat(backoff.delay(Integer.MAX_VALUE, LARGEST)).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void waitsAtLeastHalfOfItsBound() {
        assertThat(backoff.delay(0, new Random(1))).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
        assertThat(backoff.delay(1, new Random(1))).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
    }

    @Test
    void rejectsMaximumBelowFirstDelay() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .withMessage(
                        "delays between attempts: PT2S to PT1S (expected: more than zero, and the second not less)");
    }
}
