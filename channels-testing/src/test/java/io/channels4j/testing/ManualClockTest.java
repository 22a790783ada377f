package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.Message;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerSettings;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualClockTest {

    @Test
    void standsStillUntilAdvanced() {
        ManualClock clock = ManualClock.of(Instant.EPOCH);

        assertThat(clock.instant()).isEqualTo(Instant.EPOCH);
        clock.advance(Duration.ofSeconds(3));
        assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(3));
        assertThat(clock.millis()).isEqualTo(3000);
    }

    @Test
    void cannotGoBack() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ManualClock.create().advance(Duration.ofSeconds(-1)))
                .withMessage("time: PT-1S (expected: zero or more)");
    }

    @Test
    void drivesTheExpiryOfALayer() {
        // @start region="clock"
        ManualClock clock = ManualClock.create();
        InMemoryChannelLayer layer = InMemoryChannelLayer.of(LayerSettings.defaults(), clock);
        layer.send("jobs", Message.of("job"));

        clock.advance(Duration.ofSeconds(61));

        assertThat(layer.receive("jobs").toCompletableFuture()).isNotDone();
        // @end region="clock"
        layer.close();
    }
}
