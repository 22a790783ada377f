package io.channels4j.delivery;

import java.time.Duration;
import java.util.function.BiFunction;
import java.util.function.ToIntFunction;

/**
 * The limits of a local delivery.
 *
 * @param capacities returns the maximum number of unread messages in a channel
 * @param groupCapacity the maximum number of a group's messages queued for one executor
 * @param expiry how long a message may be unread in a pulled channel
 * @param groupExpiry how long a pulled channel stays in a group
 * @param fullChannel creates the exception for a channel and its number of unread messages
 */
public record DeliveryLimits(
        ToIntFunction<String> capacities,
        int groupCapacity,
        Duration expiry,
        Duration groupExpiry,
        BiFunction<String, Integer, RuntimeException> fullChannel) {}
