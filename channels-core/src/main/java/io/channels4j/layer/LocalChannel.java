package io.channels4j.layer;

import io.channels4j.Message;
import io.channels4j.internal.Stages;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A channel of this process whose messages go to a subscriber.
 *
 * <p>A direct message counts as unread when it is sent, so that its sender learns that the channel is full; a group's message
 * counts when it is handed over.
 */
final class LocalChannel implements Subscription {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelLayer.class);
    private static final AtomicIntegerFieldUpdater<LocalChannel> UNREAD =
            AtomicIntegerFieldUpdater.newUpdater(LocalChannel.class, "unread");

    final Handover handover;
    private final InMemoryChannelLayer layer;
    private final String name;
    private final Subscriber subscriber;
    private final int capacity;
    private volatile int unread;
    private volatile boolean closed;

    /** Guarded by this; most connections are in few groups. */
    private @Nullable List<LocalMembers.Membership> memberships;

    /** Touched only on the home executor. */
    private boolean dropLogged;

    LocalChannel(InMemoryChannelLayer layer, String name, Handover handover, Subscriber subscriber, int capacity) {
        this.layer = layer;
        this.name = name;
        this.handover = handover;
        this.subscriber = subscriber;
        this.capacity = capacity;
    }

    @Override
    public String channel() {
        return name;
    }

    @Override
    public void consumed() {
        UNREAD.decrementAndGet(this);
    }

    /** Sends a message here directly. */
    CompletionStage<Void> send(Message message) {
        if (closed) {
            layer.dropped(1);
            return Stages.done();
        }
        int count = UNREAD.getAndIncrement(this);
        if (count >= capacity) {
            UNREAD.decrementAndGet(this);
            layer.dropped(1);
            return CompletableFuture.failedFuture(new ChannelFullException(name, count));
        }
        return handover.toOne(this, message);
    }

    /** Hands over a direct message, which is counted already; on the home executor. */
    void arrived(Message message) {
        if (closed) {
            layer.dropped(1);
        } else {
            hand(message);
        }
    }

    /** Hands over a group's message; on the home executor. */
    void deliver(Message message) {
        if (closed) {
            return;
        }
        if (unread >= capacity) {
            skip();
            return;
        }
        UNREAD.incrementAndGet(this);
        hand(message);
    }

    /** One subscriber's failure must not keep messages from the others of its executor. */
    private void hand(Message message) {
        try {
            subscriber.message(message);
        } catch (RuntimeException | Error e) {
            LOG.error("channel {}: its subscriber failed at message {}", name, message.type(), e);
        }
    }

    private void skip() {
        layer.dropped(1);
        if (!dropLogged) {
            dropLogged = true;
            LOG.warn(
                    "channel {}: full ({} unread messages); a group's message was dropped, and later ones are counted"
                            + " only",
                    name,
                    capacity);
        }
    }

    /** Notes a membership, unless the channel is closed or has it already; returns whether it did. */
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

    /** Forgets the membership of a group and returns it, or null when there is none. */
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

    synchronized boolean isIn(LocalGroup group) {
        return find(group) != null;
    }

    @Override
    public void close() {
        List<LocalMembers.Membership> left;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            left = memberships == null ? List.of() : memberships;
            memberships = null;
        }
        layer.closed(this, left);
    }
}
