package io.channels4j.netty.settings;

import static io.channels4j.netty.settings.Checks.requirePositive;
import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The bound of the messages that wait for the peer of a WebSocket, and what happens beyond it (guarantee P3). Immutable.
 *
 * @param maxBytes the number of waiting bytes from which the policy applies; default 1 MiB. It is compared with what waits already, so
 *     an empty queue accepts a message of any size
 * @param maxAge the time for which a message may wait under {@link SlowConsumerPolicy#DISCONNECT}; default 10 seconds
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
     * Returns these settings with another number of waiting bytes.
     *
     * @param bytes the bound in bytes
     * @return the new settings
     */
    public OutboundSettings withMaxBytes(long bytes) {
        return new OutboundSettings(bytes, maxAge, policy);
    }

    /**
     * Returns these settings with another age of waiting messages.
     *
     * @param age the bound
     * @return the new settings
     */
    public OutboundSettings withMaxAge(Duration age) {
        return new OutboundSettings(maxBytes, age, policy);
    }

    /**
     * Returns these settings with another policy.
     *
     * @param slowConsumers the policy
     * @return the new settings
     */
    public OutboundSettings withPolicy(SlowConsumerPolicy slowConsumers) {
        return new OutboundSettings(maxBytes, maxAge, slowConsumers);
    }
}
