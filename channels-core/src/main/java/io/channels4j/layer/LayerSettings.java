package io.channels4j.layer;

import io.channels4j.Configuration;
import io.channels4j.internal.ConfiguredSettings;
import io.channels4j.internal.Durations;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The limits of a channel layer.
 *
 * @param capacity the maximum number of unread messages in a channel, one or more; {@value #DEFAULT_CAPACITY} by default
 * @param channelCapacity the capacities of channels by name pattern. In a pattern, {@code *} matches any number of
 *     characters and {@code ?} matches one. The first matching pattern applies
 * @param maxChannelBytes the maximum size in bytes of the messages that wait in a channel, more than zero; 4 MiB by
 *     default. An empty channel also accepts a larger message. The size is an estimate of the heap that the messages
 *     retain
 * @param maxWaitingBytes the maximum size in bytes of all messages that wait in this process, more than zero. The
 *     default is one eighth of the maximum heap. A message that waits in several channels counts once. While more than
 *     half of this size is used, each channel is limited to this half divided by the number of channels with waiting
 *     messages. The channels with the largest backlogs are therefore the first to drop messages. Each connection may
 *     hold one message beyond this limit
 * @param expiry the time after which an unread message expires, more than zero; 60 seconds by default. It applies to
 *     channels that are read with {@link ChannelLayer#receive} or {@link ChannelLayer#take}. A duration of more than 50
 *     years, such as that of {@code ChronoUnit.FOREVER}, counts as 50 years
 * @param groupExpiry the time for which such a channel remains in a group after it was last added, more than zero. The
 *     default is 24 hours. Memberships of connections do not expire
 */
public record LayerSettings(
        int capacity,
        Map<String, Integer> channelCapacity,
        long maxChannelBytes,
        long maxWaitingBytes,
        Duration expiry,
        Duration groupExpiry) {

    /** The default capacity of a channel. */
    public static final int DEFAULT_CAPACITY = 1000;

    /** The default maximum size of the messages that wait in a channel. */
    public static final long DEFAULT_MAX_CHANNEL_BYTES = 4L << 20;

    private static final int HEAP_SHARE = 8;
    private static final String PREFIX = "channels.layer.";

    private static final LayerSettings DEFAULTS = new LayerSettings(
            DEFAULT_CAPACITY,
            Map.of(),
            DEFAULT_MAX_CHANNEL_BYTES,
            Runtime.getRuntime().maxMemory() / HEAP_SHARE,
            Duration.ofSeconds(60),
            Duration.ofHours(24));

    /** Checks the limits and copies the map. */
    public LayerSettings {
        requireCapacity("capacity", capacity);
        channelCapacity.forEach((glob, limit) -> requireCapacity("capacity of channels \"" + glob + "\"", limit));
        channelCapacity = Collections.unmodifiableMap(new LinkedHashMap<>(channelCapacity));
        requireBytes("maxChannelBytes", maxChannelBytes);
        requireBytes("maxWaitingBytes", maxWaitingBytes);
        requirePositive("expiry", expiry);
        requirePositive("group expiry", groupExpiry);
        expiry = Durations.clamp(expiry);
        groupExpiry = Durations.clamp(groupExpiry);
    }

    /**
     * Returns the default limits.
     *
     * @return the settings
     */
    public static LayerSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Returns the settings whose names start with {@code channels.layer.}, with the defaults for all others: {@code
     * capacity}, {@code channel-capacity} (such as {@code chat_*=200, admin=50}), {@code channel-bytes}, {@code
     * waiting-bytes}, {@code expiry} and {@code group-expiry}.
     *
     * @param configuration the settings as text
     * @return the settings
     * @throws IllegalArgumentException if a value or a name is invalid. The message names the setting, the value, its
     *     origin and what was expected
     */
    public static LayerSettings of(Configuration configuration) {
        ConfiguredSettings<LayerSettings> settings = ConfiguredSettings.of(
                        configuration::get, configuration::origin, PREFIX, DEFAULTS)
                .number("capacity", LayerSettings::withCapacity)
                .numbers("channel-capacity", LayerSettings::withChannelCapacity)
                .bytes("channel-bytes", LayerSettings::withMaxChannelBytes)
                .bytes("waiting-bytes", LayerSettings::withMaxWaitingBytes)
                .duration("expiry", LayerSettings::withExpiry)
                .duration("group-expiry", LayerSettings::withGroupExpiry);
        configuration.requireKnown(PREFIX, settings.names());
        return settings.settings();
    }

    /**
     * Returns a copy of these settings with the given capacity.
     *
     * @param messages the maximum number of unread messages in a channel
     * @return the new settings
     */
    public LayerSettings withCapacity(int messages) {
        return new LayerSettings(messages, channelCapacity, maxChannelBytes, maxWaitingBytes, expiry, groupExpiry);
    }

    /**
     * Returns a copy of these settings with an additional capacity for the channels that match a pattern. Patterns are tried in the order
     * in which they were added.
     *
     * @param glob a pattern of channel names, such as {@code "worker.*"}
     * @param messages the maximum number of unread messages in such a channel
     * @return the new settings
     */
    public LayerSettings withChannelCapacity(String glob, int messages) {
        Map<String, Integer> more = new LinkedHashMap<>(channelCapacity);
        more.put(glob, messages);
        return new LayerSettings(capacity, more, maxChannelBytes, maxWaitingBytes, expiry, groupExpiry);
    }

    /**
     * Returns a copy of these settings with the given byte limit per channel.
     *
     * @param bytes the maximum size of the messages that wait in a channel
     * @return the new settings
     */
    public LayerSettings withMaxChannelBytes(long bytes) {
        return new LayerSettings(capacity, channelCapacity, bytes, maxWaitingBytes, expiry, groupExpiry);
    }

    /**
     * Returns a copy of these settings with the given byte limit for all channels together.
     *
     * @param bytes the maximum size of all messages that wait in this process
     * @return the new settings
     */
    public LayerSettings withMaxWaitingBytes(long bytes) {
        return new LayerSettings(capacity, channelCapacity, maxChannelBytes, bytes, expiry, groupExpiry);
    }

    /**
     * Returns a copy of these settings with the given expiry.
     *
     * @param time the time after which an unread message expires
     * @return the new settings
     */
    public LayerSettings withExpiry(Duration time) {
        return new LayerSettings(capacity, channelCapacity, maxChannelBytes, maxWaitingBytes, time, groupExpiry);
    }

    /**
     * Returns a copy of these settings with the given group expiry.
     *
     * @param time the time for which a channel remains in a group after it was last added
     * @return the new settings
     */
    public LayerSettings withGroupExpiry(Duration time) {
        return new LayerSettings(capacity, channelCapacity, maxChannelBytes, maxWaitingBytes, expiry, time);
    }

    /**
     * Returns the maximum number of unread messages in a channel.
     *
     * @param channel the channel's name
     * @return the capacity of the first matching pattern, or the general capacity if none matches
     */
    public int capacityOf(String channel) {
        for (Map.Entry<String, Integer> entry : channelCapacity.entrySet()) {
            if (Glob.matches(entry.getKey(), channel)) {
                return entry.getValue();
            }
        }
        return capacity;
    }

    private static void requireCapacity(String what, int messages) {
        if (messages < 1) {
            throw new IllegalArgumentException("%s: %d (expected: 1 or more)".formatted(what, messages));
        }
    }

    private static void requireBytes(String what, long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("%s: %d (expected: 1 or more)".formatted(what, bytes));
        }
    }

    private static void requirePositive(String what, Duration time) {
        if (time.isZero() || time.isNegative()) {
            throw new IllegalArgumentException("%s: %s (expected: more than zero)".formatted(what, time));
        }
    }
}
