package io.channels4j.delivery;

import io.channels4j.Message;
import io.channels4j.delivery.DeliveryLimits.DropReason;
import io.channels4j.internal.Footprint;
import io.channels4j.internal.SharedEvents;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap retained by the waiting messages of one layer. Each backlog has a bound, and so has the total (guarantee
 * P3). A message that waits in several backlogs counts in each of them, but only once in the total.
 *
 * <p>While the total exceeds half of its bound, each backlog is limited to this half divided by the number of backlogs.
 * The largest backlogs are therefore the first to drop messages.
 *
 * <p><b>Threads.</b> Thread-safe. Measuring a message may call its payload's getters, so it is done without a lock.
 */
final class WaitingBytes {

    /**
     * The bound in bytes that a message would exceed. {@code NONE} stands for the capacity, which limits the number of messages.
     */
    enum Bound {
        NONE("capacity", DropReason.FULL),
        CHANNEL("maxChannelBytes", DropReason.CHANNEL_BYTES),
        TOTAL("maxWaitingBytes", DropReason.TOTAL_BYTES);

        /** The name of the setting. */
        final String setting;

        /** Why a message that would exceed the bound is dropped. */
        final DropReason reason;

        Bound(String setting, DropReason reason) {
            this.setting = setting;
            this.reason = reason;
        }
    }

    private final long maxChannelBytes;
    private final long maxTotalBytes;
    private final AtomicLong total = new AtomicLong();
    private final AtomicInteger backlogs = new AtomicInteger();

    WaitingBytes(long maxChannelBytes, long maxTotalBytes) {
        this.maxChannelBytes = maxChannelBytes;
        this.maxTotalBytes = maxTotalBytes;
    }

    /** Measures a message, unless it has been measured before. */
    Footprint measure(Message message) {
        return SharedEvents.footprint(message, this);
    }

    /**
     * Returns the bound that a message would exceed in a backlog of the given size. An empty backlog accepts a message
     * of any size, unless other backlogs contain messages and the total would exceed its bound.
     */
    Bound exceeded(long backlogBytes, Footprint footprint) {
        long bytes = footprint.bytes();
        long others = total.get();
        if (backlogBytes > 0 && backlogBytes + bytes > maxChannelBytes) {
            return Bound.CHANNEL;
        }
        if (others + bytes <= maxTotalBytes / 2) {
            return Bound.NONE;
        }
        if (others > 0 && others + bytes > maxTotalBytes) {
            return Bound.TOTAL;
        }
        long share = maxTotalBytes / 2 / Math.max(1, backlogs.get());
        return backlogBytes > 0 && backlogBytes + bytes > share ? Bound.TOTAL : Bound.NONE;
    }

    /**
     * Returns true if a message would make the total exceed half of its bound. This limit applies to messages that wait
     * outside channels, such as delayed ones. A single message may have any size.
     */
    boolean exceededByTotal(Footprint footprint) {
        long others = total.get();
        return others > 0 && others + footprint.bytes() > maxTotalBytes / 2;
    }

    /** Counts a message that has begun to wait in a backlog. */
    void add(Footprint footprint) {
        if (!footprint.isOwnedBy(this) || footprint.hold()) {
            total.addAndGet(footprint.bytes());
        }
    }

    /** Counts a message that no longer waits in a backlog. */
    void remove(Footprint footprint) {
        if (!footprint.isOwnedBy(this) || footprint.release()) {
            total.addAndGet(-footprint.bytes());
        }
    }

    /** Counts a backlog that is no longer empty. */
    void backlogStarted() {
        backlogs.incrementAndGet();
    }

    /** Counts a backlog that has become empty. */
    void backlogEnded() {
        backlogs.decrementAndGet();
    }

    long total() {
        return total.get();
    }
}
