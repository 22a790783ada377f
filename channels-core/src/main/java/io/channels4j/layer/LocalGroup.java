package io.channels4j.layer;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The members of one group: connections by their executor, and channels that are received from by name. Guarded by itself; a group
 * that is empty is dead, and whoever still has it must look for its successor.
 */
final class LocalGroup {

    private static final LocalMembers[] NOBODY = {};

    private final String name;
    private final int capacity;
    private final Map<Handover, LocalMembers> connections = new HashMap<>(2);

    /** When each pulled channel's membership expires, in milliseconds of the layer's clock. */
    private final Map<String, Long> pulled = new LinkedHashMap<>(2);

    private volatile LocalMembers[] buckets = NOBODY;
    private boolean dead;

    LocalGroup(String name, int capacity) {
        this.name = name;
        this.capacity = capacity;
    }

    String name() {
        return name;
    }

    /** Adds a connection; returns false when this group is dead. */
    synchronized boolean add(LocalChannel channel) {
        if (dead) {
            return false;
        }
        LocalMembers members = connections.get(channel.handover);
        boolean fresh = members == null;
        if (members == null) {
            members = new LocalMembers(channel.handover, capacity);
        }
        LocalMembers.Membership membership = new LocalMembers.Membership(this, members, channel);
        if (!channel.join(membership)) {
            dead = isEmpty();
            return true; // it is in already, or it is closed and joins nothing any more
        }
        members.add(membership);
        if (fresh) {
            connections.put(channel.handover, members);
            buckets = connections.values().toArray(NOBODY);
        }
        return true;
    }

    /** Adds or renews a pulled channel; returns false when this group is dead. */
    synchronized boolean add(String channel, long expiresAt) {
        if (dead) {
            return false;
        }
        pulled.put(channel, expiresAt);
        return true;
    }

    /** Takes a connection out; returns whether the group died of it. */
    synchronized boolean remove(LocalMembers.Membership membership) {
        membership.members.remove(membership);
        if (membership.members.isEmpty()) {
            connections.remove(membership.channel.handover);
            buckets = connections.values().toArray(NOBODY);
        }
        dead = isEmpty();
        return dead;
    }

    /** Takes a pulled channel out; returns whether the group died of it. */
    synchronized boolean remove(String channel) {
        pulled.remove(channel);
        dead = isEmpty();
        return dead;
    }

    /** Returns the pulled members. */
    synchronized List<String> pulledMembers() {
        return pulled.isEmpty() ? List.of() : List.copyOf(pulled.keySet());
    }

    /** Tells whether a pulled member's time in the group is over. */
    synchronized boolean expired(String channel, long now) {
        Long expiresAt = pulled.get(channel);
        return expiresAt != null && expiresAt <= now;
    }

    /** Marks the group dead when it has become empty; returns whether it is. */
    synchronized boolean dead() {
        dead = isEmpty();
        return dead;
    }

    synchronized int size() {
        int size = pulled.size();
        for (LocalMembers members : buckets) {
            size += members.size();
        }
        return size;
    }

    /** Returns the connections by executor, to be sent to without a lock. */
    LocalMembers[] buckets() {
        return buckets;
    }

    private boolean isEmpty() {
        return connections.isEmpty() && pulled.isEmpty();
    }
}
