package io.channels4j.delivery;

import java.time.Duration;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a local delivery.
 *
 * @param capacities a function from a channel's name to its maximum number of unread messages
 * @param groupCapacity the maximum number of a group's messages queued for one executor
 * @param maxChannelBytes the maximum size in bytes of the messages that wait in a channel. It also limits a group's
 *     messages queued for one executor.
 * @param maxWaitingBytes the maximum size in bytes of all waiting messages
 * @param expiry the time after which an unread message in a pulled channel is dropped
 * @param groupExpiry the time after which a pulled channel's membership in a group expires
 * @param fullChannel the factory for the exception that reports a full channel
 * @param drops the listener for dropped messages
 */
public record DeliveryLimits(
        ToIntFunction<String> capacities,
        int groupCapacity,
        long maxChannelBytes,
        long maxWaitingBytes,
        Duration expiry,
        Duration groupExpiry,
        FullChannel fullChannel,
        DropListener drops) {

    /** Why messages were dropped. */
    public enum DropReason {
        /** A channel, a group's queue for one executor, or an inbox has reached its capacity. */
        FULL,
        /** A channel's messages have reached their maximum size. */
        CHANNEL_BYTES,
        /**
         * The waiting messages of this process have reached their maximum size, or too many delayed messages are
         * waiting.
         */
        TOTAL_BYTES,
        /** The messages were not read within the expiry. */
        EXPIRED,
        /** The receiver no longer exists. */
        NO_RECEIVER
    }

    /** Receives the numbers of dropped messages. Called on the thread that drops them. */
    @FunctionalInterface
    public interface DropListener {

        /** Called when messages have been dropped. */
        void dropped(DropReason reason, long messages);

        /** Called when a later message with the same key has replaced a message of one channel. */
        default void conflated() {}
    }

    /** Creates the exceptions that report full channels. */
    @FunctionalInterface
    public interface FullChannel {

        /**
         * Creates the exception for a channel.
         *
         * @param channel the channel's name
         * @param unread the number of its unread messages
         * @param setting the name of the byte limit that the message would exceed, or null if the channel has reached
         *     its capacity
         * @return the exception
         */
        RuntimeException create(String channel, int unread, @Nullable String setting);
    }
}
