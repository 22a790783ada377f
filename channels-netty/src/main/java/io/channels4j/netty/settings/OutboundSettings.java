package io.channels4j.netty.settings;

import static io.channels4j.netty.settings.Checks.requirePositive;
import static java.util.Objects.requireNonNull;

import io.channels4j.internal.Durations;
import java.time.Duration;

/**
 * The limits on messages that are queued for the peer of a WebSocket, and the policy when they are exceeded (guarantee P3). Immutable.
 *
 * @param maxBytes the number of queued bytes from which the policy applies; default 1 MiB. The new message is not counted, so an empty
 *     queue accepts a message of any size
 * @param maxAge the time for which a message may be queued under {@link SlowConsumerPolicy#DISCONNECT}; default 10 seconds
 * @param policy what happens to messages for a peer that reads too slowly; default {@link SlowConsumerPolicy#DISCONNECT}
 */
public record OutboundSettings(long maxBytes, Duration maxAge, SlowConsumerPolicy policy) {

    private static final OutboundSettings DEFAULTS =
            new OutboundSettings(1024 * 1024, Duration.ofSeconds(10), SlowConsumerPolicy.DISCONNECT);

    /**
     * Checks the bounds.
     *
     * @throws IllegalArgumentException if one is not positive
     */
    public OutboundSettings {
        requirePositive("max bytes", maxBytes);
        requirePositive("max age", maxAge);
        requireNonNull(policy, "policy");
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
        return new OutboundSettings(bytes, maxAge, policy);
    }

    /**
     * Returns these settings with a different maximum age of queued messages.
     *
     * @param age the maximum age
     * @return the new settings
     */
    public OutboundSettings withMaxAge(Duration age) {
        return new OutboundSettings(maxBytes, age, policy);
    }

    /**
     * Returns these settings with a different policy.
     *
     * @param slowConsumers the policy
     * @return the new settings
     */
    public OutboundSettings withPolicy(SlowConsumerPolicy slowConsumers) {
        return new OutboundSettings(maxBytes, maxAge, slowConsumers);
    }
}
