package io.channels4j.delivery;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The members of one group: subscribed channels by executor, pulled channels by name. Guarded by its monitor.
 *
 * <p>A group that becomes empty is closed and accepts no more members. A caller that still holds a reference to it must look up
 * its replacement.
 */
final class LocalGroup {

    private static final LocalMembers[] NONE = {};

    private final String name;
    private final int capacity;
    private final WaitingBytes limits;
    private final Map<DeliveryQueue, LocalMembers> subscribed = new HashMap<>(2);

    /** The time at which each pulled channel's membership expires, in milliseconds according to the delivery's clock. */
    private final Map<String, Long> pulled = new LinkedHashMap<>(2);

    private volatile LocalMembers[] buckets = NONE;
    private volatile boolean hasPulledMembers;
    private boolean closed;

    LocalGroup(String name, int capacity, WaitingBytes limits) {
        this.name = name;
        this.capacity = capacity;
        this.limits = limits;
    }

    String name() {
        return name;
    }

    /** Adds a subscribed channel. Returns false if this group is closed. */
    synchronized boolean add(LocalChannel channel) {
        if (closed) {
            return false;
        }
        LocalMembers members = subscribed.get(channel.queue);
        boolean fresh = members == null;
        if (members == null) {
            members = new LocalMembers(channel.queue, capacity, limits);
        }
        LocalMembers.Membership membership = new LocalMembers.Membership(this, members, channel);
        if (!channel.join(membership)) {
            closed = isEmpty();
            return true; // already a member, or its connection has ended
        }
        members.add(membership);
        if (fresh) {
            subscribed.put(channel.queue, members);
            buckets = subscribed.values().toArray(NONE);
        }
        return true;
    }

    /** Adds a pulled channel or renews its membership. Returns false if this group is closed. */
    synchronized boolean add(String channel, long expiresAt) {
        if (closed) {
            return false;
        }
        pulled.put(channel, expiresAt);
        hasPulledMembers = true;
        return true;
    }

    /** Removes a subscribed channel. Returns true if the group has become empty and is closed. */
    synchronized boolean remove(LocalMembers.Membership membership) {
        membership.members.remove(membership);
        if (membership.members.isEmpty()) {
            subscribed.remove(membership.channel.queue);
            buckets = subscribed.values().toArray(NONE);
        }
        closed = isEmpty();
        return closed;
    }

    /** Removes a pulled channel. Returns true if the group has become empty and is closed. */
    synchronized boolean remove(String channel) {
        pulled.remove(channel);
        hasPulledMembers = !pulled.isEmpty();
        closed = isEmpty();
        return closed;
    }

    /** Returns true if the group has pulled members. Senders call this without a lock. */
    boolean hasPulledMembers() {
        return hasPulledMembers;
    }

    /** Returns the pulled members. */
    synchronized List<String> pulledMembers() {
        return List.copyOf(pulled.keySet());
    }

    /** Returns true if a pulled member's membership has expired. */
    synchronized boolean expired(String channel, long now) {
        Long expiresAt = pulled.get(channel);
        return expiresAt != null && expiresAt <= now;
    }

    /** Closes the group if it is empty. Returns true if it is closed. */
    synchronized boolean closeIfEmpty() {
        closed = isEmpty();
        return closed;
    }

    synchronized int size() {
        int size = pulled.size();
        for (LocalMembers members : buckets) {
            size += members.size();
        }
        return size;
    }

    /** Returns the subscribed channels by executor. Senders call this without a lock. */
    LocalMembers[] buckets() {
        return buckets;
    }

    private boolean isEmpty() {
        return subscribed.isEmpty() && pulled.isEmpty();
    }
}
