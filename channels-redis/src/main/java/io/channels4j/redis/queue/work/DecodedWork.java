package io.channels4j.redis.queue.work;

import io.channels4j.Message;
import io.channels4j.redis.wire.WorkFormat;
import org.jspecify.annotations.Nullable;

/**
 * The result of decoding an entry of a work queue.
 *
 * @param outcome whether the entry contains a message for this process
 * @param message the message, or null unless the outcome is {@code READABLE}
 * @param format the format of the entry
 */
public record DecodedWork(Outcome outcome, @Nullable Message message, WorkFormat format) {

    /** The outcomes of decoding an entry. */
    public enum Outcome {
        /** A message for the channel of the queue. */
        READABLE,
        /** A message that expired before a process received it. */
        EXPIRED,
        /** An entry in a format that this process cannot read. */
        UNREADABLE,
        /** An entry in a readable format that is damaged, forged or copied from another queue. */
        MALFORMED
    }

    /** Returns a result without a message. */
    public static DecodedWork of(Outcome outcome, WorkFormat format) {
        return new DecodedWork(outcome, null, format);
    }
}
