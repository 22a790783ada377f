package io.channels4j.redis.pubsub;

import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.Address.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The groups whose members may have missed messages: their subscriptions were lost and have not been restored yet. Confined to the control
 * thread.
 */
final class PendingGaps {

    private final Set<String> open = new HashSet<>();
    private final List<Address> restored = new ArrayList<>();

    /** Adds the groups among some addresses whose subscriptions are to be restored. */
    void open(Collection<Address> addresses) {
        for (Address address : addresses) {
            if (address.kind() == Kind.GROUP) {
                open.add(address.redisName());
            }
        }
    }

    /** Records that subscriptions were restored. */
    void close(Collection<Address> addresses) {
        for (Address address : addresses) {
            if (open.remove(address.redisName())) {
                restored.add(address);
            }
        }
    }

    /** Removes addresses that are no longer wanted, or were lost again. */
    void forget(Collection<Address> addresses) {
        addresses.forEach(address -> open.remove(address.redisName()));
    }

    /** Returns and removes the restored groups; none while other groups are still to be restored. */
    List<Address> takeRestored() {
        if (!open.isEmpty() || restored.isEmpty()) {
            return List.of();
        }
        List<Address> taken = List.copyOf(restored);
        restored.clear();
        return taken;
    }
}
