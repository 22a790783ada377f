package io.channels4j.delivery;

import io.channels4j.Message;
import io.channels4j.delivery.DeliveryLimits.DropReason;
import io.channels4j.delivery.WaitingBytes.Bound;
import io.channels4j.internal.Footprint;
import io.channels4j.internal.SharedEvents;
import io.channels4j.internal.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A subscribed channel in this process.
 *
 * <p>A direct message counts as unread when it is sent. A send to a full channel therefore fails. A group message
 * counts as unread when it is delivered.
 *
 * <p>If group messages are dropped, the subscriber receives a message of type {@value LocalDelivery#GAP} after them.
 *
 * <p><b>Threads.</b> Thread-safe. Messages are delivered on the subscriber's executor.
 */
public abstract class LocalChannel {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.layer.ChannelLayer");
    private static final AtomicLongFieldUpdater<LocalChannel> COUNTS =
            AtomicLongFieldUpdater.newUpdater(LocalChannel.class, "counts");

    /** One message that was unread has been consumed. */
    private static final long CONSUMED = (1L << Integer.SIZE) - 1;

    /** The number of direct messages that may be in flight to a subscriber without being measured. */
    private static final int MAX_UNMEASURED = 16;

    final DeliveryQueue queue;
    private final LocalDelivery delivery;
    private final String name;
    private final int capacity;

    /**
     * The lower half is the number of unread messages. The upper half is the number of consumed ones, which may
     * overflow.
     */
    private volatile long counts;

    /** Null until the first message has to wait. */
    private volatile @Nullable WaitingMessages waiting;

    private volatile boolean closed;

    /** Guarded by this. A list, because most connections are in few groups. */
    private @Nullable List<LocalMembers.Membership> memberships;

    /** The number of messages passed to the subscriber, which may overflow. Confined to the executor, like the next two fields. */
    private int delivered;

    /**
     * The value of {@link #delivered} after the last report of a gap. It shows whether the subscriber has consumed the
     * report.
     */
    private int lastGap;

    private boolean dropLogged;
    private final AtomicBoolean gapScheduled = new AtomicBoolean();

    /**
     * Creates a channel, which {@link LocalDelivery#open} opens.
     *
     * @param delivery the delivery
     * @param home the executor on which messages are delivered
     */
    protected LocalChannel(LocalDelivery delivery, Executor home) {
        this.delivery = delivery;
        this.name = delivery.newSubscribedName();
        this.queue = delivery.queue(home);
        this.capacity = delivery.capacityOf(name);
    }

    /** Delivers a message to the subscriber. Called on the executor. */
    protected abstract void message(Message message);

    /**
     * Offers a message with a key to the subscriber. Called on the executor.
     *
     * @param accept called immediately before the replacement; returns false if the layer does not permit it
     * @return true if the message has replaced an earlier one
     */
    protected boolean replace(Message message, Predicate<Message> accept) {
        return false;
    }

    /** Returns the name of the channel. */
    public final String channel() {
        return name;
    }

    /** Counts one message as read. */
    public final void consumed() {
        int left = (int) COUNTS.addAndGet(this, CONSUMED);
        WaitingMessages backlog = waiting;
        if (backlog != null && backlog.size() > left) {
            backlog.trim(left);
        }
    }

    /** Counts one message as read that a later one has replaced. */
    public final void conflated() {
        delivery.conflated();
        consumed();
    }

    /** Sends a direct message. */
    CompletionStage<Void> send(Message message) {
        if (closed) {
            delivery.drop(DropReason.NO_RECEIVER, 1);
            return Stages.done();
        }
        int count = (int) COUNTS.getAndIncrement(this);
        if (count >= capacity) {
            COUNTS.decrementAndGet(this);
            return delivery.rejectFull(name, count, Bound.NONE);
        }
        Footprint footprint = null;
        if (count >= MAX_UNMEASURED || hasBacklog()) {
            footprint = delivery.bytes().measure(message);
            Bound bound = backlog().add(footprint);
            if (bound != Bound.NONE) {
                COUNTS.decrementAndGet(this);
                return delivery.rejectFull(name, count, bound);
            }
        }
        return queue.send(this, message, footprint);
    }

    /** Delivers a direct message that has already been counted, and measured if it has a footprint. Called on the executor. */
    void deliverCounted(Message message, @Nullable Footprint footprint) {
        if (closed) {
            delivery.drop(DropReason.NO_RECEIVER, 1);
            return;
        }
        if (SharedEvents.latestKey(message) != null && replacesWaiting(message, footprint)) {
            COUNTS.decrementAndGet(this);
            return;
        }
        int before = unread();
        callSubscriber(message);
        if (footprint == null && unread() >= before) {
            waits(message);
        }
    }

    /** Delivers a group message. Called on the executor. */
    void deliver(Message message) {
        if (closed) {
            return;
        }
        if (SharedEvents.latestKey(message) != null && replacesWaiting(message, null)) {
            return;
        }
        int before = (int) COUNTS.getAndIncrement(this);
        if (before >= capacity) {
            COUNTS.decrementAndGet(this);
            skip(message, Bound.NONE);
            return;
        }
        boolean measured = hasBacklog();
        if (measured) {
            Bound bound = backlog().add(delivery.bytes().measure(message));
            if (bound != Bound.NONE) {
                COUNTS.decrementAndGet(this);
                skip(message, bound);
                return;
            }
        }
        callSubscriber(message);
        if (!measured && unread() > before) {
            waits(message);
        }
    }

    /**
     * Replaces a message that waits for the subscriber and has the same key. The number of waiting messages does not change.
     *
     * @param counted the footprint of the message if the backlog contains it already
     */
    private boolean replacesWaiting(Message message, @Nullable Footprint counted) {
        if (!hasBacklog()) {
            return false;
        }
        Footprint footprint = delivery.bytes().measure(message);
        WaitingMessages backlog = backlog();
        boolean replaced;
        try {
            replaced =
                    replace(message, old -> backlog.replace(delivery.bytes().measure(old), footprint, counted != null));
        } catch (RuntimeException | Error e) {
            LOG.error("channel {}: the subscriber failed for message {}", name, message.type(), e);
            return false;
        }
        if (replaced) {
            delivery.conflated();
        }
        return replaced;
    }

    private int unread() {
        return (int) counts;
    }

    private int consumedCount() {
        return (int) (counts >>> Integer.SIZE);
    }

    /**
     * Reports to the subscriber that messages are missing, unless it has not consumed the last report yet. The report may exceed the
     * capacity, by one message. Called on the executor.
     */
    private void reportGap() {
        if (closed || consumedCount() - lastGap < 0) {
            return;
        }
        Message gap = Message.of(LocalDelivery.GAP);
        int before = (int) COUNTS.getAndIncrement(this);
        lastGap = delivered + 1;
        callSubscriber(gap);
        if (unread() > before) {
            waits(gap);
        }
    }

    /** Reports a gap, on the executor. Called when a direct message was rejected and its sender cannot be notified. */
    void missed() {
        if (gapScheduled.compareAndSet(false, true)) {
            try {
                queue.executor().execute(() -> {
                    gapScheduled.set(false);
                    reportGap();
                });
            } catch (RejectedExecutionException shutDown) {
                close();
            }
        }
    }

    private boolean hasBacklog() {
        WaitingMessages backlog = waiting;
        return backlog != null && backlog.size() > 0;
    }

    private WaitingMessages backlog() {
        WaitingMessages known = waiting;
        return known == null ? createBacklog() : known;
    }

    private synchronized WaitingMessages createBacklog() {
        WaitingMessages backlog = waiting;
        if (backlog == null) {
            backlog = new WaitingMessages(delivery.bytes());
            if (closed) {
                backlog.close();
            }
            waiting = backlog;
        }
        return backlog;
    }

    /** Counts a message that the subscriber did not consume immediately, but may have consumed in the meantime. */
    private void waits(Message message) {
        WaitingMessages backlog = backlog();
        backlog.force(delivery.bytes().measure(message));
        backlog.trim(unread());
    }

    /** Calls the subscriber and logs a failure, which must not affect other subscribers on the executor. */
    private void callSubscriber(Message message) {
        delivered++;
        try {
            message(message);
        } catch (RuntimeException | Error e) {
            LOG.error("channel {}: the subscriber failed for message {}", name, message.type(), e);
        }
    }

    private void skip(Message message, Bound bound) {
        if (message.type().equals(LocalDelivery.GAP)) {
            reportGap();
            return;
        }
        delivery.drop(bound.reason, 1);
        if (!dropLogged) {
            dropLogged = true;
            LOG.warn(
                    "channel {}: full ({} unread messages, {} reached); a group's message was dropped, further drops"
                            + " are only counted",
                    name,
                    unread(),
                    bound.setting);
        }
        reportGap();
    }

    /** Adds a membership. Returns false if the channel is closed or already a member. */
    synchronized boolean join(LocalMembers.Membership membership) {
        if (closed || find(membership.group) != null) {
            return false;
        }
        if (memberships == null) {
            memberships = new ArrayList<>(1);
        }
        memberships.add(membership);
        return true;
    }

    /** Removes this channel's membership in a group and returns it, or null if there is none. */
    synchronized LocalMembers.@Nullable Membership leave(LocalGroup group) {
        LocalMembers.Membership membership = find(group);
        if (membership != null && memberships != null) {
            memberships.remove(membership);
        }
        return membership;
    }

    private LocalMembers.@Nullable Membership find(LocalGroup group) {
        if (memberships != null) {
            for (LocalMembers.Membership membership : memberships) {
                if (membership.group == group) {
                    return membership;
                }
            }
        }
        return null;
    }

    /** Closes the channel and removes it from its groups. Idempotent. */
    public final void close() {
        List<LocalMembers.Membership> left;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            left = memberships == null ? List.of() : memberships;
            memberships = null;
            if (waiting != null) {
                waiting.close();
            }
        }
        delivery.closed(this, left);
    }
}
