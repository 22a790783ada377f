package io.channels4j.layer;

import io.channels4j.ChannelsException;

/** Thrown when a message exceeds the size limit of the layer. Nothing was sent. */
public final class MessageTooLargeException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param type the message's type
     * @param bytes the size of the encoded message
     * @param limit the maximum size
     */
    public MessageTooLargeException(String type, long bytes, long limit) {
        super("message %s: %d bytes (expected: at most %d)".formatted(type, bytes, limit));
    }
}
