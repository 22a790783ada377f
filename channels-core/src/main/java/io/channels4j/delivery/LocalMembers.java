package io.channels4j.delivery;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The members of a group on one executor. Joining and leaving take constant time, and deliveries use a snapshot without a lock.
 *
 * <p>The array grows only at its end, and a member that leaves becomes a hole. When half of the array consists of holes, it is replaced;
 * deliveries in progress continue with the old one. Changes are guarded by the group.
 */
final class LocalMembers {

    private static final int FIRST_SIZE = 4;

    final DeliveryQueue queue;
    private final int capacity;
    private final AtomicInteger pending = new AtomicInteger();
    private Membership[] memberships = new Membership[FIRST_SIZE];
    private LocalChannel[] channels = new LocalChannel[FIRST_SIZE];
    private int holes;
    private final AtomicBoolean fullLogged = new AtomicBoolean();
    private volatile Snapshot current = new Snapshot(channels, 0);

    LocalMembers(DeliveryQueue queue, int capacity) {
        this.queue = queue;
        this.capacity = capacity;
    }

    /** The place of one channel in this list. */
    static final class Membership {

        final LocalGroup group;
        final LocalMembers members;
        final LocalChannel channel;
        private int index;

        Membership(LocalGroup group, LocalMembers members, LocalChannel channel) {
            this.group = group;
            this.members = members;
            this.channel = channel;
        }
    }

    /** The members at a point in time; a hole is null. */
    static final class Snapshot {

        private final @Nullable LocalChannel[] channels;
        private final int size;

        Snapshot(@Nullable LocalChannel[] channels, int size) {
            this.channels = channels;
            this.size = size;
        }

        int size() {
            return size;
        }

        @Nullable
        LocalChannel get(int index) {
            return channels[index];
        }

        boolean same(Snapshot other) {
            return channels == other.channels && size == other.size;
        }
    }

    void add(Membership membership) {
        int size = current.size();
        if (size == channels.length) {
            channels = Arrays.copyOf(channels, 2 * size);
            memberships = Arrays.copyOf(memberships, 2 * size);
        }
        membership.index = size;
        memberships[size] = membership;
        channels[size] = membership.channel;
        current = new Snapshot(channels, size + 1);
    }

    @SuppressWarnings("NullAway") // readers of a snapshot expect holes to be null
    void remove(Membership membership) {
        channels[membership.index] = null;
        memberships[membership.index] = null;
        holes++;
        if (2 * holes > channels.length) {
            compact();
        }
    }

    private void compact() {
        int size = current.size();
        int live = size - holes;
        LocalChannel[] packed = new LocalChannel[Math.max(FIRST_SIZE, live + live / 2)];
        Membership[] packedMemberships = new Membership[packed.length];
        int next = 0;
        for (int i = 0; i < size; i++) {
            Membership membership = memberships[i];
            if (membership != null) {
                membership.index = next;
                packedMemberships[next] = membership;
                packed[next++] = membership.channel;
            }
        }
        channels = packed;
        memberships = packedMemberships;
        holes = 0;
        current = new Snapshot(packed, next);
    }

    boolean isEmpty() {
        return current.size() == holes;
    }

    int size() {
        return current.size() - holes;
    }

    /** Returns true if the number of messages in flight to these members has reached the limit. */
    boolean full() {
        return pending.get() >= capacity;
    }

    /** Returns true for the first message that is dropped for these members. */
    boolean firstLoss() {
        return fullLogged.compareAndSet(false, true);
    }

    /** Counts a message as in flight and returns its receivers. */
    Snapshot sending() {
        pending.incrementAndGet();
        return current;
    }

    /** Counts a message as delivered. */
    void delivered() {
        pending.decrementAndGet();
    }
}
