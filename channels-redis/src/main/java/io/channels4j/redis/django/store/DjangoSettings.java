package io.channels4j.redis.django.store;

import io.channels4j.layer.LayerSettings;
import io.channels4j.redis.connection.HostSettings;
import java.time.Duration;

/**
 * The settings of a queue layer for Django.
 *
 * @param hosts the hosts, in the order of the Django settings
 * @param keys the names of the keys
 * @param codec the message format
 * @param limits the capacities and expiries
 * @param lease how long a process is considered alive after it last renewed its claims
 * @param heartbeat the time between renewals
 */
public record DjangoSettings(
        HostSettings hosts,
        DjangoKeys keys,
        DjangoCodec codec,
        LayerSettings limits,
        Duration lease,
        Duration heartbeat) {

    private static final Duration MAX_BLOCKING_TIME = Duration.ofSeconds(5);

    /** Checks the durations. */
    public DjangoSettings {
        if (heartbeat.isZero()
                || heartbeat.isNegative()
                || heartbeat.multipliedBy(2).compareTo(lease) > 0) {
            throw new IllegalArgumentException(
                    "lease: %s, renewed every %s (expected: at least two renewals in a lease)"
                            .formatted(lease, heartbeat));
        }
    }

    /**
     * Returns how long a read may block in Redis, in seconds. This is shorter than the time-out for a silent host.
     */
    public double blockingSeconds() {
        Duration half = hosts.timeout().dividedBy(2);
        return seconds(half.compareTo(MAX_BLOCKING_TIME) < 0 ? half : MAX_BLOCKING_TIME);
    }

    /** Returns a duration as the scripts expect it. */
    public static String text(Duration time) {
        return Double.toString(seconds(time)).contains("E")
                ? Long.toString(time.toSeconds())
                : Double.toString(seconds(time));
    }

    private static double seconds(Duration time) {
        return time.toMillis() / 1000.0;
    }
}
