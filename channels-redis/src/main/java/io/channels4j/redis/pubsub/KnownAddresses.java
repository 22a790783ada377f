package io.channels4j.redis.pubsub;

import io.channels4j.redis.dialect.Address;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The addresses that are wanted or were wanted recently, and the gaps in their messages.
 *
 * <p><b>Threads.</b> Changed on the control thread. {@link #find} is safe from any thread.
 */
final class KnownAddresses {

    private final Map<String, Address> byRedisName = new ConcurrentHashMap<>();
    private final PendingGaps gaps = new PendingGaps();
    private final Predicate<Address> wanted;

    KnownAddresses(Predicate<Address> wanted) {
        this.wanted = wanted;
    }

    @Nullable
    Address find(String redisName) {
        return byRedisName.get(redisName);
    }

    void add(Address address) {
        byRedisName.put(address.redisName(), address);
    }

    List<Address> all() {
        return List.copyOf(byRedisName.values());
    }

    /**
     * Returns the wanted addresses on a host that has a new connection, without internal ones. Opens a gap for each wanted group, and
     * drops the unwanted addresses.
     */
    Set<Address> restore(Predicate<Address> ofHost) {
        List<Address> known = withoutInternal(ofHost);
        Set<Address> restored = known.stream().filter(wanted).collect(Collectors.toSet());
        drop(known.stream().filter(address -> !restored.contains(address)).toList());
        gaps.open(restored);
        return restored;
    }

    /** Returns the addresses of a partition that has moved to another host, without internal ones. Opens a gap for each of its groups. */
    List<Address> moved(int partition) {
        List<Address> moved = withoutInternal(address -> address.partition() == partition);
        gaps.open(moved);
        return moved;
    }

    /** Opens a gap for an address whose subscription Redis has ended, if the address is a group. */
    void revoked(Address address) {
        gaps.open(List.of(address));
    }

    /** Discards the open gaps of a host whose subscriptions were lost; {@link #restore} opens them again. */
    void lost(Predicate<Address> ofHost) {
        gaps.forget(byRedisName.values().stream().filter(ofHost).toList());
    }

    void subscribed(Collection<Address> addresses) {
        gaps.close(addresses);
    }

    /** Drops addresses whose subscriptions have ended, unless they are wanted again. */
    void unsubscribed(Collection<Address> addresses, Predicate<Address> ofHost) {
        drop(addresses.stream()
                .filter(address -> !address.isInternal() && ofHost.test(address) && !wanted.test(address))
                .toList());
    }

    /** Returns and removes the groups that may have missed messages, once all subscriptions are restored. */
    List<Address> takeGaps() {
        return gaps.takeRestored();
    }

    private void drop(List<Address> unwanted) {
        unwanted.forEach(address -> byRedisName.remove(address.redisName()));
        gaps.forget(unwanted);
    }

    private List<Address> withoutInternal(Predicate<Address> filter) {
        return byRedisName.values().stream()
                .filter(address -> !address.isInternal() && filter.test(address))
                .toList();
    }
}
