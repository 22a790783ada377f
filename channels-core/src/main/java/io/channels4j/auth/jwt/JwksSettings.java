package io.channels4j.auth.jwt;

import java.time.Duration;

/**
 * The settings for public keys that are read from a file or a URL ({@link JwtKeys}). Immutable.
 *
 * @param refreshAfter the age at which keys are read again, in the background, when the next token arrives; default 5 minutes
 * @param keepDuringOutage how long keys are used beyond {@code refreshAfter} while they cannot be read; default 1 hour. After this time, tokens
 *     cannot be verified. Removed keys are trusted for as long if the server that removed them cannot be reached
 * @param minRefreshInterval the minimum time between two reads that are caused by tokens with an unknown key id ({@code kid});
 *     default 10 seconds. In between, tokens with an unknown key id are rejected. After failed reads, the interval is
 *     shorter at first
 * @param timeout the maximum duration of a read; default 5 seconds
 * @param maxBytes the maximum size of the key set; default 256 KiB
 */
public record JwksSettings(
        Duration refreshAfter, Duration keepDuringOutage, Duration minRefreshInterval, Duration timeout, int maxBytes) {

    private static final JwksSettings DEFAULTS = new JwksSettings(
            Duration.ofMinutes(5), Duration.ofHours(1), Duration.ofSeconds(10), Duration.ofSeconds(5), 256 * 1024);

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if a time or the size is not positive. {@code keepDuringOutage} may be zero
     */
    public JwksSettings {
        requirePositive("refresh after", refreshAfter);
        requirePositive("min refresh interval", minRefreshInterval);
        requirePositive("timeout", timeout);
        if (keepDuringOutage.isNegative()) {
            throw new IllegalArgumentException(
                    "keep during outage: %s (expected: zero or more)".formatted(keepDuringOutage));
        }
        if (maxBytes < 1) {
            throw new IllegalArgumentException("max bytes: %d (expected: at least 1)".formatted(maxBytes));
        }
    }

    private static void requirePositive(String name, Duration time) {
        if (time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("%s: %s (expected: more than zero)".formatted(name, time));
        }
    }

    /**
     * Returns the default settings.
     *
     * @return the settings
     */
    public static JwksSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these settings with a different age at which keys are read again.
     *
     * @param age the age, more than zero
     * @return the new settings
     */
    public JwksSettings withRefreshAfter(Duration age) {
        return new JwksSettings(age, keepDuringOutage, minRefreshInterval, timeout, maxBytes);
    }

    /**
     * Returns these settings with a different time for which keys are used during an outage.
     *
     * @param time the time, zero or more
     * @return the new settings
     */
    public JwksSettings withKeepDuringOutage(Duration time) {
        return new JwksSettings(refreshAfter, time, minRefreshInterval, timeout, maxBytes);
    }

    /**
     * Returns these settings with a different minimum time between two reads.
     *
     * @param interval the time, more than zero
     * @return the new settings
     */
    public JwksSettings withMinRefreshInterval(Duration interval) {
        return new JwksSettings(refreshAfter, keepDuringOutage, interval, timeout, maxBytes);
    }

    /**
     * Returns these settings with a different maximum duration of a read.
     *
     * @param time the time, more than zero
     * @return the new settings
     */
    public JwksSettings withTimeout(Duration time) {
        return new JwksSettings(refreshAfter, keepDuringOutage, minRefreshInterval, time, maxBytes);
    }

    /**
     * Returns these settings with a different maximum size of the key set.
     *
     * @param bytes the size, at least 1
     * @return the new settings
     */
    public JwksSettings withMaxBytes(int bytes) {
        return new JwksSettings(refreshAfter, keepDuringOutage, minRefreshInterval, timeout, bytes);
    }
}
