package io.channels4j.layer;

import io.channels4j.ChannelsException;
import org.jspecify.annotations.Nullable;

/** Thrown when a message is rejected because its channel has reached its capacity or a limit in bytes. */
public final class ChannelFullException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param channel the channel's name
     * @param unread the number of unread messages
     */
    public ChannelFullException(String channel, int unread) {
        this(channel, unread, null);
    }

    /**
     * Creates an exception.
     *
     * @param channel the channel's name
     * @param unread the number of unread messages
     * @param setting the byte limit in {@link LayerSettings} that the message would exceed, by name. Null if the
     *     channel has reached its capacity.
     */
    public ChannelFullException(String channel, int unread, @Nullable String setting) {
        super("channel: %s is full (%d unread messages; raise %s or read faster)"
                .formatted(channel, unread, setting == null ? "the capacity" : setting));
    }
}
