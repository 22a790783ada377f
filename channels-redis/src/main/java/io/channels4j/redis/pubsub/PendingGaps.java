package io.channels4j.redis.pubsub;

import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.Address.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The groups whose members may have missed messages: subscribed once, then not, and not again yet. On the loop. */
final class PendingGaps {

    private final Set<String> open = new HashSet<>();
    private final List<Address> healed = new ArrayList<>();

    /** Notes addresses whose subscriptions are to be made good. */
    void opened(Collection<Address> addresses) {
        for (Address address : addresses) {
            if (address.kind() == Kind.GROUP) {
                open.add(address.redisName());
            }
        }
    }

    /** Notes addresses that are subscribed again. */
    void closed(Collection<Address> addresses) {
        for (Address address : addresses) {
            if (open.remove(address.redisName())) {
                healed.add(address);
            }
        }
    }

    /** Forgets addresses that nobody wants any more, or that are lost once more. */
    void forget(Collection<Address> addresses) {
        addresses.forEach(address -> open.remove(address.redisName()));
    }

    /** Returns the groups to tell, once none is open any more. */
    List<Address> toTell() {
        if (!open.isEmpty() || healed.isEmpty()) {
            return List.of();
        }
        List<Address> told = List.copyOf(healed);
        healed.clear();
        return told;
    }
}
