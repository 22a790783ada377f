package io.channels4j.redis.pubsub;

import io.channels4j.redis.dialect.Address;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One command that subscribes or unsubscribes several addresses. */
final class SubscriptionBatch {

    final boolean subscribe;
    final List<Address> addresses;
    final String[] names;
    private final Set<String> unanswered;
    private final long sent = System.nanoTime();

    SubscriptionBatch(boolean subscribe, List<Address> addresses) {
        this.subscribe = subscribe;
        this.addresses = addresses;
        this.names = addresses.stream().map(Address::redisName).toArray(String[]::new);
        this.unanswered = new HashSet<>(List.of(names));
    }

    /** Removes a name that Redis has confirmed, and returns true if it was part of the batch. Called on the connection's thread. */
    boolean answered(String name) {
        return unanswered.remove(name);
    }

    /** Returns true if Redis has confirmed every name. Called on the connection's thread. */
    boolean isComplete() {
        return unanswered.isEmpty();
    }

    long ageNanos() {
        return System.nanoTime() - sent;
    }
}
