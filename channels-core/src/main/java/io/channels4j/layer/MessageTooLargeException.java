package io.channels4j.layer;

import io.channels4j.ChannelsException;

/** Tells that a message is larger than the layer carries; nothing was sent. */
public final class MessageTooLargeException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param type the message's type
     * @param bytes how many bytes it takes when it is written
     * @param limit how many bytes the layer takes
     */
    public MessageTooLargeException(String type, long bytes, long limit) {
        super("message %s: %d bytes (expected: at most %d)".formatted(type, bytes, limit));
    }
}
