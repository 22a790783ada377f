package io.channels4j.security;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.fixture.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RateLimiterTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final FakeClock clock = new FakeClock();

    private RateLimiter<String> limiter(int maxKeys) {
        return RateLimiter.builder(RateLimit.of(1, SECOND))
                .maxKeys(maxKeys)
                .clock(clock)
                .build();
    }

    @Test
    void keepsKeysSeparate() {
        RateLimiter<String> limiter = limiter(10);
        limiter.take("ada");

        assertThat(limiter.take("ada")).isPositive();
        assertThat(limiter.take("bob")).isZero();
    }

    @Test
    @DisplayName("P3: the number of stored keys is bounded")
    void keysAreBounded() {
        RateLimiter<String> limiter = limiter(10);

        IntStream.range(0, 1000).mapToObj(Integer::toString).forEach(limiter::take);

        assertThat(limiter.size()).isEqualTo(10);
    }

    @Test
    void dropsTheLeastRecentlyUsedBucketFirst() {
        RateLimiter<String> limiter = limiter(2);
        limiter.take("ada");
        limiter.take("bob");
        limiter.take("ada");

        limiter.take("eve");

        assertThat(limiter.take("ada")).isPositive();
    }

    @Test
    void dropsFullBuckets() {
        RateLimiter<String> limiter = limiter(10);
        limiter.take("ada");
        limiter.take("bob");

        clock.advance(SECOND);
        limiter.take("eve");

        assertThat(limiter.size()).isEqualTo(1);
    }

    @Test
    @DisplayName("P3: the memory of long keys is bounded")
    void bytesOfKeysAreBounded() {
        RateLimiter<String> limiter = RateLimiter.builder(RateLimit.of(1, SECOND))
                .maxBytes(100_000)
                .clock(clock)
                .build();

        IntStream.range(0, 1000).mapToObj(i -> i + "x".repeat(10_000)).forEach(limiter::take);

        assertThat(limiter.size()).isBetween(1, 10);
    }

    @Test
    void takesSeveralTokensOrNone() {
        RateLimiter<String> limiter =
                RateLimiter.builder(RateLimit.of(3, SECOND)).clock(clock).build();

        assertThat(limiter.take("ada", 2)).isZero();
        assertThat(limiter.take("ada", 2)).isPositive();
        assertThat(limiter.take("ada", 1)).isZero();
    }

    @Test
    void refusesMoreTokensThanTheBurst() {
        RateLimiter<String> limiter = RateLimiter.builder(
                        RateLimit.of(3, SECOND).withBurst(2))
                .clock(clock)
                .build();

        assertThat(limiter.take("ada", 3)).isEqualTo(RateLimiter.NEVER);
        assertThat(limiter.take("ada", Long.MAX_VALUE)).isEqualTo(RateLimiter.NEVER);
        assertThat(limiter.take("ada", 2)).isZero();
    }

    @Test
    void rejectsInvalidArguments() {
        RateLimiter<String> limiter = limiter(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> limiter.take("ada", 0))
                .withMessage("tokens: 0 (expected: one or more)");
        assertThatIllegalArgumentException().isThrownBy(() -> limiter.take("ada", -1));
        assertThatIllegalArgumentException().isThrownBy(() -> limiter(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RateLimiter.builder(RateLimit.of(1, SECOND)).maxBytes(1));
    }

    @Test
    @DisplayName("the clock is called without a lock: another thread can take tokens meanwhile")
    void callsTheClockWithoutItsLock() throws Exception {
        AtomicReference<RateLimiter<String>> limiter = new AtomicReference<>();
        AtomicBoolean first = new AtomicBoolean(true);
        CompletableFuture<Boolean> returned = new CompletableFuture<>();
        InstantSource probing = () -> {
            if (first.compareAndSet(true, false)) {
                CompletableFuture<Void> other =
                        CompletableFuture.runAsync(() -> limiter.get().size());
                returned.complete(returnsInTime(other));
            }
            return Instant.EPOCH;
        };
        limiter.set(RateLimiter.builder(RateLimit.of(2, Duration.ofSeconds(1)))
                .clock(probing)
                .build());

        limiter.get().take("ada");

        assertThat(returned.get(10, SECONDS)).isTrue();
    }

    private static boolean returnsInTime(CompletableFuture<Void> other) {
        try {
            other.get(5, SECONDS);
            return true;
        } catch (Exception blocked) {
            return false;
        }
    }
}
