package io.channels4j.testing;

import io.channels4j.Configuration;
import io.channels4j.internal.ConfiguredSettings;
import java.time.Duration;

/** The time-outs of the test kit, in one place. */
final class TestTimeouts {

    /** How long a peer must be silent. Every successful test of silence takes this long. */
    static final Duration SILENCE = Duration.ofMillis(100);

    /** Only failing tests wait this long, so it may exceed what a busy machine needs. */
    private static final Duration DEFAULT = Duration.ofSeconds(5);

    private TestTimeouts() {}

    /** Returns how long tests wait for what must come, from the system property {@code channels.test.timeout}. */
    static Duration timeout() {
        Configuration system = Configuration.ofSystemProperties();
        return ConfiguredSettings.of(system::get, system::origin, "channels.test.", DEFAULT)
                .duration("timeout", (byDefault, configured) -> requirePositive(configured))
                .settings();
    }

    private static Duration requirePositive(Duration time) {
        if (time.isZero() || time.isNegative()) {
            throw new IllegalArgumentException("%s (expected: more than zero)".formatted(time));
        }
        return time;
    }
}
