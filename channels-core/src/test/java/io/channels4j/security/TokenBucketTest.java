package io.channels4j.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.fixture.FakeClock;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TokenBucketTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final FakeClock clock = new FakeClock();

    private TokenBucket bucket(RateLimit limit) {
        return new TokenBucket(limit, clock);
    }

    @Test
    void allowsABurstFromAFullBucket() {
        TokenBucket bucket = bucket(RateLimit.of(3, SECOND));

        assertThat(IntStream.range(0, 4).mapToObj(i -> bucket.take(1)))
                .startsWith(Duration.ZERO, Duration.ZERO, Duration.ZERO)
                .last()
                .isEqualTo(Duration.ofMillis(334));
    }

    @Test
    void refillsAtItsRate() {
        TokenBucket bucket = bucket(RateLimit.of(2, SECOND));
        bucket.take(2);

        clock.advance(Duration.ofMillis(500));

        assertThat(bucket.take(1)).isZero();
        assertThat(bucket.take(1)).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void refillsNoMoreThanItsBurst() {
        TokenBucket bucket = bucket(RateLimit.of(10, SECOND).withBurst(2));

        clock.advance(Duration.ofHours(1));

        assertThat(bucket.take(2)).isZero();
        assertThat(bucket.take(1)).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void rejectedRequestTakesNoTokens() {
        TokenBucket bucket = bucket(RateLimit.of(1, SECOND));
        bucket.take(1);
        bucket.take(1);

        clock.advance(SECOND);

        assertThat(bucket.take(1)).isZero();
    }

    @Test
    void refusesMoreThanTheBurst() {
        TokenBucket bucket = bucket(RateLimit.of(10, SECOND).withBurst(5));

        assertThat(bucket.take(6)).isEqualTo(RateLimiter.NEVER);
        assertThat(bucket.take(5)).isZero();
    }

    @Test
    void moreThanTheBurstInAdvanceNeedsAFullBucket() {
        TokenBucket bucket = bucket(RateLimit.of(10, SECOND));
        bucket.take(1);

        assertThat(bucket.takeInAdvance(1000)).isEqualTo(Duration.ofMillis(100));
        clock.advance(Duration.ofMillis(100));
        assertThat(bucket.takeInAdvance(1000)).isZero();
    }

    @Test
    void takingInAdvanceKeepsTheRateOnAverage() {
        TokenBucket bucket = bucket(RateLimit.of(10, SECOND));
        bucket.takeInAdvance(1000);

        clock.advance(Duration.ofSeconds(99));
        assertThat(bucket.takeInAdvance(1)).isEqualTo(Duration.ofMillis(100));
        clock.advance(Duration.ofMillis(100));
        assertThat(bucket.takeInAdvance(1)).isZero();
    }

    @Test
    void keepsPrecisionAtHighRates() {
        TokenBucket bucket = bucket(RateLimit.of(1_000_000, SECOND));

        long taken = IntStream.range(0, 1_000_001)
                .filter(i -> bucket.take(1).isZero())
                .count();

        assertThat(taken).isEqualTo(1_000_000);
    }

    @Test
    void isFullAfterItsRefillTime() {
        TokenBucket bucket = bucket(RateLimit.of(2, SECOND));
        bucket.take(2);

        assertThat(bucket.isFull(clock.millis())).isFalse();
        clock.advance(SECOND);
        assertThat(bucket.isFull(clock.millis())).isTrue();
    }

    @Test
    void rejectsLimitOfZero() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateLimit.of(0, SECOND))
                .withMessage("rate limit: amount 0 (expected: more than zero)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateLimit.of(1, Duration.ZERO))
                .withMessage("rate limit: per PT0S (expected: more than zero)");
    }
}
