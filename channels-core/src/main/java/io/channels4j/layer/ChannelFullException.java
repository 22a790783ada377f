package io.channels4j.layer;

import io.channels4j.ChannelsException;

/** Thrown when a channel has as many unread messages as its capacity; the message was rejected. */
public final class ChannelFullException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param channel the channel's name
     * @param unread the number of unread messages
     */
    public ChannelFullException(String channel, int unread) {
        super("channel: %s is full (%d unread messages; raise the capacity or read faster)".formatted(channel, unread));
    }
}
