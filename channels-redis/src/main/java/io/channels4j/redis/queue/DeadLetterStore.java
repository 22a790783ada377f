package io.channels4j.redis.queue;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.Message;
import io.channels4j.redis.queue.send.DelayedMember;
import io.channels4j.redis.queue.send.QueueSender;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.Partitions;
import io.channels4j.redis.queue.store.QueueEnvelope;
import io.channels4j.redis.queue.store.QueueScript;
import io.channels4j.redis.queue.store.QueueSettings;
import io.channels4j.redis.queue.store.StreamEntries;
import io.channels4j.redis.wire.WorkFormat;
import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.StreamMessage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads, requeues and deletes the dead letters of all partitions.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class DeadLetterStore {

    /** The index of the partition, a separator, and the id of the stream entry. */
    private static final Pattern ID = Pattern.compile("(\\d{1,9})/(\\d+-\\d+)");

    private final QueueSettings settings;
    private final List<Partition> partitions;

    /**
     * A dead letter as it is stored.
     *
     * @param id the id
     * @param reason the code of the reason
     * @param millis when it became a dead letter, in milliseconds of the Redis clock
     * @param channel the channel, or null if it is not known
     * @param message the message, or null if this process cannot read it
     * @param deliveries how many times it was delivered
     * @param format the format of the message
     */
    public record Stored(
            String id,
            String reason,
            long millis,
            @Nullable String channel,
            @Nullable Message message,
            int deliveries,
            String format) {}

    DeadLetterStore(QueueSettings settings, Partitions partitions) {
        this.settings = settings;
        this.partitions = partitions.all().toList();
    }

    /** Returns the oldest dead letters of each partition, up to a total number. */
    public CompletableFuture<List<Stored>> read(int max) {
        CompletableFuture<List<Stored>> read = CompletableFuture.completedFuture(List.of());
        for (Partition partition : partitions) {
            read = read.thenCompose(earlier -> earlier.size() >= max
                    ? CompletableFuture.completedFuture(earlier)
                    : read(partition, max - earlier.size())
                            .thenApply(more -> Stream.concat(earlier.stream(), more.stream())
                                    .toList()));
        }
        return read;
    }

    private CompletableFuture<List<Stored>> read(Partition partition, int max) {
        return partition
                .connection()
                .send(to -> to.xrange(bytes(partition.deadLetters()), Range.unbounded(), Limit.from(max)))
                .thenApply(entries ->
                        entries.stream().map(entry -> stored(partition, entry)).toList());
    }

    private Stored stored(Partition partition, StreamMessage<byte[], byte[]> entry) {
        byte[] payload = StreamEntries.payload(entry);
        QueueEnvelope envelope = decode(payload);
        String shown = StreamEntries.field(entry, 'q');
        String reason = StreamEntries.field(entry, 'r');
        WorkFormat format = WorkFormat.of(
                StreamEntries.format(entry),
                payload,
                settings.codec().serializer().format());
        return new Stored(
                partitions.indexOf(partition) + "/" + entry.getId(),
                reason == null ? "" : reason,
                StreamEntries.millis(entry.getId()),
                channel(partition, shown, envelope),
                envelope == null ? null : envelope.message(),
                StreamEntries.earlierDeliveries(entry),
                format.toString());
    }

    /**
     * Returns the readable name of the queue, or null. Uses the name in the envelope if it matches, or the stored name if names are not
     * hidden. A delayed message has no stored name.
     */
    private static @Nullable String channel(
            Partition partition, @Nullable String shown, @Nullable QueueEnvelope envelope) {
        if (envelope != null
                && (shown == null || partition.shown(envelope.name()).equals(shown))) {
            return envelope.name();
        }
        return partition.hidesNames() ? null : shown;
    }

    private @Nullable QueueEnvelope decode(byte[] payload) {
        try {
            return QueueEnvelope.decode(payload, settings.codec());
        } catch (RuntimeException unreadable) { // of the serializer, too
            return null;
        }
    }

    /** Returns a dead letter to its queue or to the delayed messages. Completes with false if it does not exist. */
    public CompletableFuture<Boolean> requeue(String id) {
        Matcher parts = parts(id);
        Partition partition = partition(parts.group(1));
        String entryId = parts.group(2);
        return partition
                .connection()
                .send(to -> to.xrange(bytes(partition.deadLetters()), Range.create(entryId, entryId)))
                .thenCompose(found -> {
                    if (found.isEmpty()) {
                        return CompletableFuture.completedFuture(false);
                    }
                    String shown = StreamEntries.field(found.get(0), 'q');
                    return shown == null
                            ? requeueDelayed(partition, found.get(0))
                            : requeue(partition, entryId, partition.queueShown(shown));
                });
    }

    private CompletableFuture<Boolean> requeueDelayed(Partition partition, StreamMessage<byte[], byte[]> entry) {
        byte[] payload = StreamEntries.payload(entry);
        WorkFormat format = WorkFormat.of(StreamEntries.format(entry), payload, "");
        List<String> keys = List.of(partition.deadLetters(), partition.deadLetterBytes(), partition.delayed());
        return partition
                .connection()
                .run(
                        QueueScript.REQUEUE_DELAYED_MESSAGE,
                        keys,
                        bytes(entry.getId()),
                        DelayedMember.of(payload, format.serializer()),
                        bytes(QueueSender.DELAYED_LIFE_AFTER_DUE.toMillis()))
                .thenApply(reply -> (long) reply.get(0) == 1);
    }

    private CompletableFuture<Boolean> requeue(Partition partition, String entryId, String queue) {
        List<String> keys = List.of(partition.deadLetters(), partition.deadLetterBytes(), queue);
        return partition
                .connection()
                .run(
                        QueueScript.REQUEUE_DEAD_LETTER,
                        keys,
                        bytes(entryId),
                        bytes(settings.queueLife().toMillis()))
                .thenApply(reply -> (long) reply.get(0) == 1);
    }

    /** Deletes a dead letter. Completes with false if it does not exist. */
    public CompletableFuture<Boolean> delete(String id) {
        Matcher parts = parts(id);
        Partition partition = partition(parts.group(1));
        List<String> keys = List.of(partition.deadLetters(), partition.deadLetterBytes());
        return partition
                .connection()
                .run(QueueScript.DELETE_DEAD_LETTER, keys, bytes(parts.group(2)))
                .thenApply(reply -> (long) reply.get(0) == 1);
    }

    private static Matcher parts(String id) {
        Matcher parts = ID.matcher(id);
        if (!parts.matches()) {
            throw new IllegalArgumentException("dead letter: \"%s\" (expected: an id of this layer)".formatted(id));
        }
        return parts;
    }

    private Partition partition(String index) {
        int number = Integer.parseInt(index);
        if (number >= partitions.size()) {
            throw new IllegalArgumentException(
                    "dead letter: partition %d (expected: one of %d partitions of this layer)"
                            .formatted(number, partitions.size()));
        }
        return partitions.get(number);
    }
}
