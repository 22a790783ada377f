package io.channels4j.redis;

import io.channels4j.Message;
import java.time.Instant;
import java.util.Optional;

/**
 * A message that was removed from a work queue, or from the delayed messages, because no worker or process could handle it. See {@link DeadLetters}.
 *
 * @param id the id, which is unique in its layer
 * @param reason why the message became a dead letter
 * @param since when the message became a dead letter, according to the clock of the Redis server
 * @param channel the channel to which it was sent; empty if this process cannot read the message, and names are hidden or the message
 *     was delayed
 * @param message the message; empty if this process cannot read it
 * @param deliveries how many times the message was delivered to a worker
 * @param format the format of the stored message: {@code version.serializer.key}. The last part is an id that does not reveal the
 *     encryption key
 */
public record DeadLetter(
        String id,
        Reason reason,
        Instant since,
        Optional<String> channel,
        Optional<Message> message,
        int deliveries,
        String format) {

    /** Why a message became a dead letter. */
    public enum Reason {
        /** No process that can read the message received it in time, or too many messages of its format were waiting. */
        UNREADABLE,
        /** The message was damaged, forged, copied from another queue, or rejected by the serializer. */
        MALFORMED,
        /** A worker gave up on the message after too many deliveries. */
        DELIVERIES
    }
}
