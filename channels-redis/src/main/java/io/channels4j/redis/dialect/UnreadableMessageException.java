package io.channels4j.redis.dialect;

import io.channels4j.ChannelsException;

/** The serializer of this process cannot read a message. Its envelope was read. */
public final class UnreadableMessageException extends ChannelsException {

    private static final long serialVersionUID = 1L;

    private final String target;
    private final long origin;
    private final int epoch;
    private final long number;

    UnreadableMessageException(String target, PubSubEnvelope envelope, Throwable cause) {
        super("message to %s: the serializer cannot read it".formatted(target), cause);
        this.target = target;
        this.origin = envelope.origin();
        this.epoch = envelope.epoch();
        this.number = envelope.number();
    }

    /** Returns the name of the group, or the local name of the channel. */
    public String target() {
        return target;
    }

    /** Returns the random number of the sending process. */
    public long origin() {
        return origin;
    }

    /** Returns the epoch of the sequence that numbers the message. */
    public int epoch() {
        return epoch;
    }

    /** Returns the number of the message, 0 if it has none. */
    public long number() {
        return number;
    }
}
