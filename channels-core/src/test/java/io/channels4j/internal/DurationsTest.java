package io.channels4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;

class DurationsTest {

    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    @Test
    void keepsUsualTimes() {
        assertThat(Durations.nanos(Duration.ofSeconds(1))).isEqualTo(1_000_000_000);
        assertThat(Durations.millis(Duration.ofDays(365))).isEqualTo(31_536_000_000L);
        assertThat(Durations.nanos(Duration.ofMillis(-1))).isEqualTo(-1_000_000);
    }

    @Test
    void longestTimeCanBeAddedToAnyClock() {
        assertThat(System.nanoTime() + Durations.nanos(FOREVER)).isGreaterThan(System.nanoTime());
        assertThat(System.currentTimeMillis() + Durations.millis(FOREVER)).isGreaterThan(System.currentTimeMillis());
        assertThat(Instant.now().plus(Durations.clamp(FOREVER))).isAfter(Instant.now());
        assertThat(Durations.nanos(FOREVER.negated())).isNegative();
    }
}
