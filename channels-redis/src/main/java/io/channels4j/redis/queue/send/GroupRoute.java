package io.channels4j.redis.queue.send;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * The last known members of a group, and the queue that keeps this process's sends to it in order. Thread-safe except for {@link #users}.
 */
final class GroupRoute {

    private static final int EXPIRY_DIGITS = 16;

    private final OrderedRetry retry;
    private volatile Members members = Members.NONE;
    private volatile Members update = Members.NONE;

    /** The number of sends in progress. Changed only within {@code compute} calls on the map that holds this object. */
    int users;

    /**
     * The members of a group as stored in Redis.
     *
     * @param version a value that changes whenever the members change
     * @param processes the other processes with members
     * @param queues the work queues in the group
     */
    record Members(String version, List<String> processes, List<Queue> queues) {

        static final Members NONE = new Members("", List.of(), List.of());

        /** Decodes the fields and values of the group's hash. */
        static Members decode(List<?> hash, String self) {
            String version = "";
            List<String> processes = new ArrayList<>();
            List<Queue> queues = new ArrayList<>();
            for (int i = 0; i + 1 < hash.size(); i += 2) {
                String field = new String((byte[]) hash.get(i), StandardCharsets.UTF_8);
                byte[] value = (byte[]) hash.get(i + 1);
                switch (field.charAt(0)) {
                    case 'v' -> version = new String(value, StandardCharsets.UTF_8);
                    case 'p' -> processes.add(field.substring(1));
                    default -> queues.add(Queue.decode(value));
                }
            }
            processes.remove(self);
            return new Members(version, List.copyOf(processes), List.copyOf(queues));
        }
    }

    /**
     * A work queue in a group.
     *
     * @param expiry when the queue leaves the group, in milliseconds of the Redis clock
     * @param sealedName the encrypted name of its channel
     */
    record Queue(long expiry, ByteBuffer sealedName) {

        static Queue decode(byte[] value) {
            long expiry = Long.parseLong(new String(value, 0, EXPIRY_DIGITS, StandardCharsets.US_ASCII));
            return new Queue(expiry, ByteBuffer.wrap(Arrays.copyOfRange(value, EXPIRY_DIGITS, value.length)));
        }
    }

    GroupRoute(Executor retries) {
        retry = new OrderedRetry(this::applyUpdate, retries);
    }

    Members members() {
        return members;
    }

    /** Stores members that take effect before the next resend. */
    void update(Members fresh) {
        update = fresh;
    }

    /** Called while no send is in flight, so that no later send uses older members. */
    private void applyUpdate() {
        members = update;
    }

    void submit(OrderedRequest request) {
        retry.submit(request);
    }
}
