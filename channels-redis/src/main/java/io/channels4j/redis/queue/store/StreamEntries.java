package io.channels4j.redis.queue.store;

import io.lettuce.core.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads entries of the streams that contain inboxes and work queues. */
public final class StreamEntries {

    private StreamEntries() {}

    /** Returns the envelope, which may be encrypted. */
    public static byte[] payload(StreamMessage<byte[], byte[]> entry) {
        return entry.getBody().values().iterator().next();
    }

    /** Returns how many times an entry of a work queue was delivered before. */
    public static int earlierDeliveries(StreamMessage<byte[], byte[]> entry) {
        List<byte[]> values = List.copyOf(entry.getBody().values());
        return values.size() < 2 ? 0 : Integer.parseInt(new String(values.get(1), StandardCharsets.US_ASCII));
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
