package io.channels4j.layer;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The members that a group has on one executor. Joining and leaving cost the same however many there are, and whoever delivers
 * walks over a snapshot without a lock.
 *
 * <p>The array only grows at its end, and a member that leaves becomes a hole; when half of it is holes, a new array takes over and
 * deliveries under way finish on the old one. Changes are guarded by the group.
 */
final class LocalMembers {

    private static final int FIRST_SIZE = 4;

    final Handover handover;
    private final int capacity;
    private final AtomicInteger onTheWay = new AtomicInteger();
    private Membership[] memberships = new Membership[FIRST_SIZE];
    private LocalChannel[] channels = new LocalChannel[FIRST_SIZE];
    private int holes;
    private final AtomicBoolean fullLogged = new AtomicBoolean();
    private volatile Snapshot current = new Snapshot(channels, 0);

    LocalMembers(Handover handover, int capacity) {
        this.handover = handover;
        this.capacity = capacity;
    }

    /** One channel's place in here. */
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

    /** The members at one time; a hole is null. */
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

    @SuppressWarnings("NullAway") // a hole is null; readers of a snapshot expect it
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

    /** Tells whether as many messages are on the way to these members as each of them may have unread. */
    boolean full() {
        return onTheWay.get() >= capacity;
    }

    /** Tells whether this is the first message that they lose so. */
    boolean firstLoss() {
        return fullLogged.compareAndSet(false, true);
    }

    /** Returns the members that get a message which is being sent now. */
    Snapshot sending() {
        onTheWay.incrementAndGet();
        return current;
    }

    void delivered() {
        onTheWay.decrementAndGet();
    }
}
