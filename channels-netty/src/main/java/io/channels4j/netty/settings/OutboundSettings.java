package io.channels4j.netty.settings;

import static io.channels4j.netty.settings.Checks.requirePositive;
import static io.channels4j.netty.settings.Checks.requireZeroOrMore;
import static java.util.Objects.requireNonNull;

import io.channels4j.internal.Durations;
import java.time.Duration;

/**
 * The limits on output for a slow peer, the policy that applies when they are exceeded, and the progress that a
 * peer must make (guarantee P3). Immutable.
 *
 * @param maxBytes the number of bytes queued for a WebSocket's peer at which the policy starts to apply; default 1 MiB.
 *     The new message is not counted. An empty queue therefore accepts a message of any size
 * @param maxAge the time for which a message may be queued under {@link SlowConsumerPolicy#DISCONNECT}; default zero
 *     for no limit
 * @param policy the policy for messages to a peer that reads too slowly; default {@link SlowConsumerPolicy#DISCONNECT}
 * @param progress the progress that a peer must make, on all protocols; default {@link ProgressSettings#defaults()}
 */
public record OutboundSettings(long maxBytes, Duration maxAge, SlowConsumerPolicy policy, ProgressSettings progress) {

    private static final OutboundSettings DEFAULTS = new OutboundSettings(
            1024 * 1024, Duration.ZERO, SlowConsumerPolicy.DISCONNECT, ProgressSettings.defaults());

    /**
     * Checks the limits.
     *
     * @throws IllegalArgumentException if the maximum number of bytes is not positive, or the maximum age is negative
     */
    public OutboundSettings {
        requirePositive("max bytes", maxBytes);
        requireZeroOrMore("max age", maxAge);
        requireNonNull(policy, "policy");
        requireNonNull(progress, "progress");
        maxAge = Durations.clamp(maxAge);
    }

    /**
     * Returns the default settings.
     *
     * @return the settings
     */
    public static OutboundSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these settings with a different limit on queued bytes.
     *
     * @param bytes the limit in bytes
     * @return the new settings
     */
    public OutboundSettings withMaxBytes(long bytes) {
        return new OutboundSettings(bytes, maxAge, policy, progress);
    }

    /**
     * Returns these settings with a different maximum age of queued messages.
     *
     * @param age the maximum age; zero for no limit
     * @return the new settings
     */
    public OutboundSettings withMaxAge(Duration age) {
        return new OutboundSettings(maxBytes, age, policy, progress);
    }

    /**
     * Returns these settings with a different policy.
     *
     * @param slowConsumers the policy
     * @return the new settings
     */
    public OutboundSettings withPolicy(SlowConsumerPolicy slowConsumers) {
        return new OutboundSettings(maxBytes, maxAge, slowConsumers, progress);
    }

    /**
     * Returns these settings with a different required progress.
     *
     * @param required the progress that a peer must make
     * @return the new settings
     */
    public OutboundSettings withProgress(ProgressSettings required) {
        return new OutboundSettings(maxBytes, maxAge, policy, required);
    }
}
