package io.channels4j.redis.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProbeLagTest {

    private long nanos = Duration.ofDays(-1).toNanos();
    private final ProbeLag lag = new ProbeLag(() -> nanos);

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void isTheRoundTripTimeOfTheLastProbe() {
        assertThat(lag.lag()).isZero();

        lag.probed();
        pass(Duration.ofMillis(3));
        lag.answered();
        pass(Duration.ofSeconds(1));

        assertThat(lag.lag()).isEqualTo(Duration.ofMillis(3));
    }

    @Test
    void growsFromTheFirstUnansweredProbeUntilAReply() {
        lag.probed();
        pass(Duration.ofSeconds(1));
        lag.probed(); // the connection was replaced in the meantime
        pass(Duration.ofMillis(500));
        assertThat(lag.lag()).isEqualTo(Duration.ofMillis(1500));

        lag.answered();
        assertThat(lag.lag()).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void isNotShorterThanTheLastRoundTrip() {
        lag.probed();
        pass(Duration.ofMillis(80));
        lag.answered();

        lag.probed();
        pass(Duration.ofMillis(1));

        assertThat(lag.lag()).isEqualTo(Duration.ofMillis(80));
    }
}
