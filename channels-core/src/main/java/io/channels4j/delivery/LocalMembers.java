package io.channels4j.delivery;

import io.channels4j.Message;
import io.channels4j.delivery.WaitingBytes.Bound;
import io.channels4j.internal.Footprint;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The members of a group on one executor. Joining and leaving take constant time, and deliveries use a snapshot without a lock.
 *
 * <p>The array grows only at its end, and a member that leaves becomes a hole. When more than half of the array
 * consists of holes, it is replaced. Deliveries in progress continue with the old array. Changes are guarded by the
 * group.
 */
final class LocalMembers {

    private static final int FIRST_SIZE = 4;

    /**
     * The number of messages that may be in flight without being measured. An executor that is not blocked delivers them immediately.
     */
    private static final int MAX_UNMEASURED = 16;

    final DeliveryQueue queue;
    private final int capacity;
    private final WaitingBytes limits;
    private final AtomicInteger pending = new AtomicInteger();

    /** The total size of the measured messages in flight. */
    private final AtomicLong pendingBytes = new AtomicLong();

    private Membership[] memberships = new Membership[FIRST_SIZE];
    private LocalChannel[] channels = new LocalChannel[FIRST_SIZE];
    private int holes;
    private final AtomicReference<@Nullable Message> pendingGap = new AtomicReference<>();
    private final AtomicBoolean fullLogged = new AtomicBoolean();
    private volatile Snapshot current = new Snapshot(channels, 0);

    LocalMembers(DeliveryQueue queue, int capacity, WaitingBytes limits) {
        this.queue = queue;
        this.capacity = capacity;
        this.limits = limits;
    }

    /** The position of one channel in this list. */
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

    /** The members at a point in time. A hole is null. */
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

    /**
     * Returns a message that reports a gap to these members, because a message for them was dropped. The caller must send it. Returns null
     * if such a message is in flight.
     */
    @Nullable
    Message missed() {
        if (pendingGap.get() != null) {
            return null;
        }
        Message gap = Message.of(LocalDelivery.GAP);
        return pendingGap.compareAndSet(null, gap) ? gap : null;
    }

    /** Records that a message is about to be delivered. Messages that are dropped from now on need another report. */
    @SuppressWarnings("ReferenceEquality") // each gap is reported with a message of its own
    void delivering(Message message) {
        if (pendingGap.get() == message) {
            pendingGap.set(null);
        }
    }

    /** Returns true on the first call only, so that only the first loss is logged. */
    boolean firstLoss() {
        return fullLogged.compareAndSet(false, true);
    }

    /** Counts a message as in flight and returns its receivers. */
    Snapshot sending() {
        pending.incrementAndGet();
        return current;
    }

    /** Returns true if so many messages are in flight that the next one must be measured. */
    boolean measures() {
        return pending.get() >= MAX_UNMEASURED;
    }

    /**
     * Counts the size of a message before it is sent, unless it would exceed a bound. Returns that bound, or {@code
     * NONE}.
     */
    Bound add(Footprint footprint) {
        Bound bound = limits.exceeded(pendingBytes.getAndAdd(footprint.bytes()), footprint);
        if (bound == Bound.NONE) {
            limits.add(footprint);
        } else {
            pendingBytes.addAndGet(-footprint.bytes());
        }
        return bound;
    }

    /** Counts a message as delivered, with the footprint that was passed to {@link #add(Footprint)}, if any. */
    void delivered(@Nullable Footprint footprint) {
        pending.decrementAndGet();
        if (footprint != null) {
            pendingBytes.addAndGet(-footprint.bytes());
            limits.remove(footprint);
        }
    }
}
