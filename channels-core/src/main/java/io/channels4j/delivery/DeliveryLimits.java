package io.channels4j.delivery;

import java.time.Duration;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a local delivery.
 *
 * @param capacities a function from a channel's name to its maximum number of unread messages
 * @param groupCapacity the maximum number of a group's messages queued for one executor
 * @param maxChannelBytes the maximum size in bytes of the messages that wait in a channel, or of a group's messages queued for
 *     one executor
 * @param maxWaitingBytes the maximum size in bytes of all waiting messages
 * @param expiry the time after which an unread message in a pulled channel is dropped
 * @param groupExpiry the time after which a pulled channel's membership in a group expires
 * @param fullChannel the factory for the exception that reports a full channel
 */
public record DeliveryLimits(
        ToIntFunction<String> capacities,
        int groupCapacity,
        long maxChannelBytes,
        long maxWaitingBytes,
        Duration expiry,
        Duration groupExpiry,
        FullChannel fullChannel) {

    /** Creates the exceptions that report full channels. */
    @FunctionalInterface
    public interface FullChannel {

        /**
         * Creates the exception for a channel.
         *
         * @param channel the channel's name
         * @param unread the number of its unread messages
         * @param setting the name of the byte limit that the message would exceed; null if the channel has reached its capacity
         * @return the exception
         */
        RuntimeException create(String channel, int unread, @Nullable String setting);
    }
}
