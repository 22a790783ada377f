package io.channels4j.redis.queue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What this process knows of a group when it sends to it, and the order of its sends. */
final class GroupRoute {

    private static final int DIGITS = 16;

    private final Lane lane = new Lane(this::apply);
    private volatile Members members = Members.NONE;
    private volatile Members learned = Members.NONE;

    /** How many sends use this; guarded by whoever keeps this object. */
    int users;

    /**
     * The members of a group as Redis had them.
     *
     * @param version what changes with them
     * @param processes the other processes with members
     * @param queues the work queues in the group
     */
    record Members(String version, List<String> processes, List<Queue> queues) {

        static final Members NONE = new Members("", List.of(), List.of());

        /** Reads fields and values of the group's hash. */
        static Members read(List<?> hash, String self) {
            String version = "";
            List<String> processes = new ArrayList<>();
            List<Queue> queues = new ArrayList<>();
            for (int i = 0; i + 1 < hash.size(); i += 2) {
                String field = new String((byte[]) hash.get(i), StandardCharsets.UTF_8);
                byte[] value = (byte[]) hash.get(i + 1);
                switch (field.charAt(0)) {
                    case 'v' -> version = new String(value, StandardCharsets.UTF_8);
                    case 'p' -> processes.add(field.substring(1));
                    default -> queues.add(Queue.read(value));
                }
            }
            processes.remove(self);
            return new Members(version, List.copyOf(processes), List.copyOf(queues));
        }
    }

    /**
     * A work queue in a group.
     *
     * @param ends when it leaves, in milliseconds of Redis' clock
     * @param sealedName its channel
     */
    record Queue(long ends, ByteBuffer sealedName) {

        static Queue read(byte[] value) {
            long ends = Long.parseLong(new String(value, 0, DIGITS, StandardCharsets.US_ASCII));
            return new Queue(ends, ByteBuffer.wrap(Arrays.copyOfRange(value, DIGITS, value.length)));
        }
    }

    Members members() {
        return members;
    }

    void learned(Members fresh) {
        learned = fresh;
    }

    /** Takes over what was learned; when nothing is under way that knows less. */
    private void apply() {
        members = learned;
    }

    void submit(Request request) {
        lane.submit(request);
    }
}
