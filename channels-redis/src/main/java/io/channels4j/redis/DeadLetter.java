package io.channels4j.redis;

import io.channels4j.Message;
import java.time.Instant;
import java.util.Optional;

/**
 * A message that was removed from a work queue because no worker could handle it. See {@link DeadLetters}.
 *
 * @param id the id, which is unique in its layer
 * @param reason why the message became a dead letter
 * @param since when it became one, according to the clock of the Redis server
 * @param channel the channel of its work queue; empty if this process cannot read the message and names are hidden
 * @param message the message; empty if this process cannot read it
 * @param deliveries how many times the message was delivered to a worker
 * @param format the version, the serializer and the encryption key of the stored message, in the form {@code version.serializer.key}. The
 *     key is an id that does not reveal it
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
        /** No process that could read the message received it in time. */
        UNREADABLE,
        /** The message was damaged, forged, copied from another queue, or rejected by the serializer. */
        MALFORMED,
        /** A worker gave the message up after too many deliveries. */
        DELIVERIES
    }
}
