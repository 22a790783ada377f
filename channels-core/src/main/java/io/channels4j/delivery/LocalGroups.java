package io.channels4j.delivery;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The groups that have members, by name. Thread-safe. */
final class LocalGroups {

    private final int capacity;
    private final WaitingBytes limits;
    private final Map<String, LocalGroup> byName = new ConcurrentHashMap<>();

    /** The groups of each pulled channel. The channel leaves them when one of its messages expires unread. */
    private final Map<String, Set<String>> ofPulled = new ConcurrentHashMap<>();

    private volatile Consumer<String> changed = group -> {};

    LocalGroups(int capacity, WaitingBytes limits) {
        this.capacity = capacity;
        this.limits = limits;
    }

    void onChange(Consumer<String> listener) {
        changed = listener;
    }

    @Nullable
    LocalGroup get(String name) {
        return byName.get(name);
    }

    int count() {
        return byName.size();
    }

    void add(String group, LocalChannel channel) {
        addTo(group, members -> members.add(channel));
    }

    /** Adds a pulled channel until the given time, or renews its membership. */
    void add(String group, String channel, long expiresAt) {
        ofPulled.computeIfAbsent(channel, name -> ConcurrentHashMap.newKeySet()).add(group);
        addTo(group, members -> members.add(channel, expiresAt));
    }

    private void addTo(String name, Predicate<LocalGroup> add) {
        LocalGroup known = byName.get(name);
        LocalGroup group = known == null ? create(name) : known;
        while (!add.test(group)) { // the group was closed in the meantime because it became empty
            byName.remove(name, group);
            group = create(name);
        }
        if (group.closeIfEmpty()) {
            byName.remove(name, group);
        } else if (group != known) {
            changed.accept(name);
        }
    }

    private LocalGroup create(String name) {
        return byName.computeIfAbsent(name, n -> new LocalGroup(n, capacity, limits));
    }

    void remove(LocalGroup group, LocalChannel channel) {
        LocalMembers.Membership membership = channel.leave(group);
        if (membership != null) {
            remove(membership);
        }
    }

    void remove(LocalMembers.Membership membership) {
        if (membership.group.remove(membership)) {
            removeEmpty(membership.group);
        }
    }

    /** Removes a pulled channel from a group. */
    void remove(LocalGroup group, String channel) {
        if (group.remove(channel)) {
            removeEmpty(group);
        }
        ofPulled.computeIfPresent(channel, (name, joined) -> {
            joined.remove(group.name());
            return joined.isEmpty() ? null : joined;
        });
    }

    /** Removes a pulled channel from all of its groups. */
    void removeFromAll(String channel) {
        Set<String> joined = ofPulled.remove(channel);
        if (joined == null) {
            return;
        }
        for (String name : joined) {
            LocalGroup group = byName.get(name);
            if (group != null && group.remove(channel)) {
                removeEmpty(group);
            }
        }
    }

    private void removeEmpty(LocalGroup group) {
        byName.remove(group.name(), group);
        changed.accept(group.name());
    }

    /** Removes all members, including the memberships that the given channels store. */
    void clear(Collection<LocalChannel> channels) {
        ofPulled.clear();
        for (LocalChannel channel : channels) {
            for (LocalGroup group : List.copyOf(byName.values())) {
                remove(group, channel);
            }
        }
        byName.clear();
    }

    void close() {
        byName.clear();
        ofPulled.clear();
    }
}
