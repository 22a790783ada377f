package io.channels4j.redis.queue.store;

import io.lettuce.core.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads entries of the streams that contain inboxes and work queues. */
public final class StreamEntries {

    /** How many messages an inbox entry may contain. Processes store this number in their groups, so that senders can respect it. */
    public static final int MAX_MESSAGES = 16;

    private StreamEntries() {}

    /** Returns the envelopes in an inbox entry, which may be encrypted, in order. Fields of later versions are ignored. */
    public static List<byte[]> messages(StreamMessage<byte[], byte[]> entry) {
        List<byte[]> messages = new ArrayList<>(entry.getBody().size());
        entry.getBody()
                .forEach((field, value) -> { // a field may occur several times, since arrays are compared by identity
                    if (field.length == 1 && field[0] == 'm') {
                        messages.add(value);
                    }
                });
        return messages;
    }

    /** Returns the envelope in an entry of a work queue, which may be encrypted. */
    public static byte[] payload(StreamMessage<byte[], byte[]> entry) {
        return entry.getBody().values().iterator().next();
    }

    /** Returns how many times an entry of a work queue was delivered before. */
    public static int earlierDeliveries(StreamMessage<byte[], byte[]> entry) {
        String count = field(entry, 'n');
        return count == null ? 0 : Integer.parseInt(count);
    }

    /** Returns the stored format of a work queue entry, or null if its version stored none. */
    public static @Nullable String format(StreamMessage<byte[], byte[]> entry) {
        return field(entry, 'f');
    }

    /** Returns the value of a field, whose name is one character, or null if there is none. */
    public static @Nullable String field(StreamMessage<byte[], byte[]> entry, char name) {
        for (Map.Entry<byte[], byte[]> field : entry.getBody().entrySet()) {
            if (field.getKey().length == 1 && field.getKey()[0] == name) {
                return new String(field.getValue(), StandardCharsets.UTF_8);
            }
        }
        return null;
    }

    /** Returns the time at which an entry was added, in milliseconds of the Redis clock. */
    public static long millis(String id) {
        return Long.parseLong(id.substring(0, id.indexOf('-')));
    }

    /** Returns the smallest id that is greater than the given id. */
    public static String next(String id) {
        int dash = id.indexOf('-');
        return id.substring(0, dash + 1) + (Long.parseLong(id.substring(dash + 1)) + 1);
    }
}
