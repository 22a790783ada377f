package io.channels4j.layer;

import io.channels4j.ChannelsException;

/** Tells that a channel has as many unread messages as its capacity allows; the message was not taken. */
public final class ChannelFullException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param channel the channel's name
     * @param unread how many messages are unread there
     */
    public ChannelFullException(String channel, int unread) {
        super("channel: %s is full (%d unread messages; raise the capacity or read faster)".formatted(channel, unread));
    }
}
