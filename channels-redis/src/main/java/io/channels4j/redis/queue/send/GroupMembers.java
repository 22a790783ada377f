package io.channels4j.redis.queue.send;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The members of a group as stored in Redis.
 *
 * @param version a value that changes whenever the members change
 * @param receivers the other processes with members
 * @param queues the work queues in the group
 */
record GroupMembers(String version, List<Receiver> receivers, List<Queue> queues) {

    private static final int EXPIRY_DIGITS = 16;

    static final GroupMembers NONE = new GroupMembers("", List.of(), List.of());

    /**
     * A process with members in a group.
     *
     * @param process the name of the process
     * @param maxPerEntry how many messages an entry of its inbox may contain
     */
    record Receiver(String process, int maxPerEntry) {

        /** Decodes the value that the process stored in the group's hash. Earlier versions stored an empty value. */
        static Receiver decode(String process, byte[] value) {
            return new Receiver(
                    process, value.length == 0 ? 1 : Integer.parseInt(new String(value, StandardCharsets.US_ASCII)));
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

    /** Decodes the fields and values of the group's hash, without the process {@code self}. */
    static GroupMembers decode(List<?> hash, String self) {
        String version = "";
        List<Receiver> receivers = new ArrayList<>();
        List<Queue> queues = new ArrayList<>();
        for (int i = 0; i + 1 < hash.size(); i += 2) {
            String field = new String((byte[]) hash.get(i), StandardCharsets.UTF_8);
            byte[] value = (byte[]) hash.get(i + 1);
            switch (field.charAt(0)) {
                case 'v' -> version = new String(value, StandardCharsets.UTF_8);
                case 'p' -> {
                    if (!field.substring(1).equals(self)) {
                        receivers.add(Receiver.decode(field.substring(1), value));
                    }
                }
                default -> queues.add(Queue.decode(value));
            }
        }
        return new GroupMembers(version, List.copyOf(receivers), List.copyOf(queues));
    }
}
