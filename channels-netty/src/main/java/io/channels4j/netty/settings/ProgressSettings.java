package io.channels4j.netty.settings;

import static io.channels4j.netty.settings.Checks.requireNotNegative;
import static io.channels4j.netty.settings.Checks.requirePositive;
import static io.channels4j.netty.settings.Checks.requireZeroOrMore;

import io.channels4j.internal.Durations;
import java.time.Duration;

/**
 * The progress that a peer must make, on every protocol (guarantee P3). A peer must receive while more than {@value #MIN_BYTES}
 * bytes wait for it. A peer must send while it has sent only a part of a message or of a request body. If a peer makes less
 * progress, its connection or HTTP/2 stream is closed. Time during which the server does not read from the peer is not counted. Immutable.
 *
 * <p>Bytes count as received when the operating system has accepted them. With epoll and io_uring, the server limits the unsent
 * bytes in the system's socket buffer to 192 KiB. With other transports, this buffer may hide several megabytes.
 *
 * @param stall the time within which the peer must receive or send something; default 20 seconds
 * @param bytesPerSecond the average rate at which the peer must receive or send; default 240, zero for no minimum
 * @param grace the time for which the peer may fall behind the average rate; default 30 seconds. A peer that exceeds the rate
 *     does not gain additional time
 */
public record ProgressSettings(Duration stall, long bytesPerSecond, Duration grace) {

    /** The number of bytes that may wait for a peer that makes no progress. */
    public static final int MIN_BYTES = 4096;

    private static final ProgressSettings DEFAULTS =
            new ProgressSettings(Duration.ofSeconds(20), 240, Duration.ofSeconds(30));

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a value is negative, or if the stall is zero
     */
    public ProgressSettings {
        requirePositive("stall", stall);
        requireNotNegative("bytes per second", bytesPerSecond);
        requireZeroOrMore("grace", grace);
        stall = Durations.clamp(stall);
        grace = Durations.clamp(grace);
    }

    /**
     * Returns the default settings.
     *
     * @return the settings
     */
    public static ProgressSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these settings with a different time within which the peer must receive or send something.
     *
     * @param time the time
     * @return the new settings
     */
    public ProgressSettings withStall(Duration time) {
        return new ProgressSettings(time, bytesPerSecond, grace);
    }

    /**
     * Returns these settings with a different average rate.
     *
     * @param rate the minimum rate in bytes per second; zero for no minimum
     * @return the new settings
     */
    public ProgressSettings withBytesPerSecond(long rate) {
        return new ProgressSettings(stall, rate, grace);
    }

    /**
     * Returns these settings with a different time for which the peer may fall behind the average rate.
     *
     * @param time the time
     * @return the new settings
     */
    public ProgressSettings withGrace(Duration time) {
        return new ProgressSettings(stall, bytesPerSecond, time);
    }
}
