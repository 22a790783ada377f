package io.channels4j.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedeliveryTest {

    private final Redelivery.Policy policy = new Redelivery.Policy(3, Duration.ofSeconds(1));

    @Test
    void doublesDelayUpToMaximum() {
        assertThat(policy.delay(0)).isEqualTo(Duration.ofSeconds(1));
        assertThat(policy.delay(3)).isEqualTo(Duration.ofSeconds(8));
        assertThat(policy.delay(6)).isEqualTo(Redelivery.MAX_DELAY);
        assertThat(policy.delay(Integer.MAX_VALUE)).isEqualTo(Redelivery.MAX_DELAY);
        assertThat(new Redelivery.Policy(3, Duration.ZERO).delay(100)).isZero();
    }

    @Test
    void isExhaustedAfterLastAttempt() {
        assertThat(policy.exhausted(2)).isFalse();
        assertThat(policy.exhausted(3)).isTrue();
    }

    @Test
    void rejectsNegativeDelay() {
        assertThatThrownBy(() -> new Redelivery.Policy(1, Duration.ofMillis(-1)))
                .hasMessage("delay: PT-0.001S (expected: zero or more)");
    }
}
