package io.channels4j.netty.eventloop;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.netty.settings.ProgressSettings;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressWatchTest {

    private static final int NEVER = -1;
    private static final int HOUR = 3600;
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** Checks a peer once per second. Returns the second in which the check finds the peer too slow, or {@code NEVER}. */
    private static int secondOfCut(ProgressSettings settings, BytesAt bytes) {
        ProgressWatch watch = new ProgressWatch(settings, 0, bytes.at(0));
        for (int second = 1; second <= HOUR; second++) {
            if (watch.isTooSlow(second * SECOND, bytes.at(second))) {
                return second;
            }
        }
        return NEVER;
    }

    private interface BytesAt {
        long at(int second);
    }

    @ParameterizedTest
    @CsvSource({"240, 1", "300, 1", "8000, 1", "3600, 15", "4800, 20", "65536, 19"})
    @DisplayName("P3: a slow but steady peer stays connected for an hour")
    void keepsSteadyPeer(int bytes, int everySeconds) {
        assertThat(secondOfCut(ProgressSettings.defaults(), second -> (long) bytes * ((second + 1) / everySeconds)))
                .isEqualTo(NEVER);
    }

    @Test
    @DisplayName("P3: a device that sends 300 bytes per second may pause for 15 s")
    void keepsPeerThatPauses() {
        assertThat(secondOfCut(
                        ProgressSettings.defaults(),
                        second -> 300L * (second - Math.max(0, Math.min(15, second - 60)))))
                .isEqualTo(NEVER);
    }

    @Test
    @DisplayName("P3: a peer without any progress is disconnected after 20 s")
    void cutsSilentPeer() {
        assertThat(secondOfCut(ProgressSettings.defaults(), second -> 0)).isBetween(20, 21);
    }

    @Test
    @DisplayName("P3: a peer that sends single bytes is disconnected after the grace period of 30 s")
    void cutsDrippingPeer() {
        assertThat(secondOfCut(ProgressSettings.defaults(), second -> second)).isBetween(30, 32);
    }

    @Test
    @DisplayName("P3: a peer that was fast gains no additional time to send single bytes")
    void cutsPeerThatWasFast() {
        assertThat(secondOfCut(ProgressSettings.defaults(), second -> second == 0 ? 0 : 100_000_000L + second))
                .isBetween(30, 34);
    }

    @Test
    void requiresNoRateIfItIsZero() {
        assertThat(secondOfCut(ProgressSettings.defaults().withBytesPerSecond(0), second -> second))
                .isEqualTo(NEVER);
    }

    @Test
    void acceptsEndlessTimes() {
        Duration forever = ChronoUnit.FOREVER.getDuration();

        assertThat(secondOfCut(ProgressSettings.defaults().withStall(forever).withGrace(forever), second -> 0))
                .isEqualTo(NEVER);
    }

    @Test
    void doesNotCountSkippedTime() {
        ProgressWatch watch = new ProgressWatch(ProgressSettings.defaults(), 0, 0);
        for (int second = 1; second < 100; second++) {
            watch.skip(second * SECOND);
        }

        assertThat(watch.isTooSlow(100 * SECOND, 0)).isFalse();
        assertThat(watch.isTooSlow(118 * SECOND, 0)).isFalse();
        assertThat(watch.isTooSlow(120 * SECOND, 0)).isFalse();
        assertThat(watch.isTooSlow(121 * SECOND, 0)).isTrue();
    }

    @Test
    void acceptsProgressThatArrivedDuringAPauseOfTheProcess() {
        ProgressWatch watch = new ProgressWatch(ProgressSettings.defaults(), 0, 0);

        assertThat(watch.isTooSlow(25 * SECOND, 0)).isFalse();
        assertThat(watch.isTooSlow(26 * SECOND, 10_000)).isFalse();
        assertThat(watch.isTooSlow(44 * SECOND, 10_000)).isFalse();
    }
}
