package io.channels4j.netty.settings;

/**
 * The compression of WebSocket messages for peers that offer it (permessage-deflate, RFC 7692). Immutable.
 *
 * @param enabled whether the server accepts the extension; default true. A compressed message is inflated to at most {@link
 *     ServerLimits#maxMessageBytes()}
 * @param thresholdBytes the minimum size of messages that are compressed; default 1024 bytes, 0 for all messages
 * @param contextTakeover whether a compressed message from the server may refer to earlier ones on its connection;
 *     default false. Context takeover compresses small, similar messages better. However, each connection on which the
 *     server sends compressed messages then needs about 260 KiB of native memory. Broadcasts are then sent
 *     uncompressed. The client chooses this setting for its own messages. If the client uses context takeover, as
 *     browsers do, its connection needs about 40 KiB of native memory. The memory is allocated for the first compressed
 *     message
 */
public record CompressionSettings(boolean enabled, int thresholdBytes, boolean contextTakeover) {

    private static final CompressionSettings DEFAULTS = new CompressionSettings(true, 1024, false);
    private static final CompressionSettings DISABLED = new CompressionSettings(false, 1024, false);

    /**
     * Checks the threshold.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public CompressionSettings {
        if (thresholdBytes < 0) {
            throw new IllegalArgumentException(
                    "compression threshold: %d (expected: 0 or more)".formatted(thresholdBytes));
        }
    }

    /**
     * Returns the default settings.
     *
     * @return the settings
     */
    public static CompressionSettings defaults() {
        return DEFAULTS;
    }

    /**
     * Returns settings without compression.
     *
     * @return the settings
     */
    public static CompressionSettings disabled() {
        return DISABLED;
    }

    /**
     * Returns these settings with a different threshold.
     *
     * @param bytes the minimum size of messages that are compressed; 0 for all messages
     * @return the new settings
     */
    public CompressionSettings withThresholdBytes(int bytes) {
        return new CompressionSettings(enabled, bytes, contextTakeover);
    }

    /**
     * Returns these settings with or without context takeover.
     *
     * @param kept whether a compressed message from the server may refer to earlier ones
     * @return the new settings
     */
    public CompressionSettings withContextTakeover(boolean kept) {
        return new CompressionSettings(enabled, thresholdBytes, kept);
    }
}
