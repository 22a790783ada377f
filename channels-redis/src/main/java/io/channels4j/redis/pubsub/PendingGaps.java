package io.channels4j.redis.pubsub;

import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.Address.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The groups whose members may have missed messages because their subscriptions were lost. A gap is open until the group is subscribed
 * again. Confined to the control thread.
 */
final class PendingGaps {

    private final Set<String> open = new HashSet<>();
    private final List<Address> restored = new ArrayList<>();

    /** Opens a gap for each group among the given addresses, whose subscriptions must be restored. */
    void open(Collection<Address> addresses) {
        for (Address address : addresses) {
            if (address.kind() == Kind.GROUP) {
                open.add(address.redisName());
            }
        }
    }

    /** Records that the addresses are subscribed again. */
    void close(Collection<Address> addresses) {
        for (Address address : addresses) {
            if (open.remove(address.redisName())) {
                restored.add(address);
            }
        }
    }

    /** Removes addresses that are no longer wanted, or whose subscriptions were lost again. */
    void forget(Collection<Address> addresses) {
        addresses.forEach(address -> open.remove(address.redisName()));
    }

    /** Returns and removes the groups that are subscribed again. The list is empty while any gap is open. */
    List<Address> takeRestored() {
        if (!open.isEmpty() || restored.isEmpty()) {
            return List.of();
        }
        List<Address> taken = List.copyOf(restored);
        restored.clear();
        return taken;
    }
}
