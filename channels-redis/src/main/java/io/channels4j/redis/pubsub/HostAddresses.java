package io.channels4j.redis.pubsub;

import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.AddressScheme;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Assigns addresses for probes and heartbeats to each host. A probe address belongs to this process; a heartbeat address is shared by all
 * processes. Both are in a partition of the host and change when the partition moves.
 *
 * <p>Confined to the control thread.
 */
final class HostAddresses {

    private final AddressScheme addresses;
    private final String process;
    private final PartitionRoutes routes;
    private final KnownAddresses known;

    HostAddresses(AddressScheme addresses, String process, PartitionRoutes routes, KnownAddresses known) {
        this.addresses = addresses;
        this.process = process;
        this.routes = routes;
        this.known = known;
    }

    /** Assigns the current heartbeat address to a host whose subscriptions are restored. Returns the addresses to subscribe. */
    List<Address> assign(PubSubHost host) {
        List<Address> assigned = new ArrayList<>();
        assigned.add(host.probe());
        Address heartbeat = heartbeatOn(host);
        if (heartbeat != null) {
            host.heartbeat(heartbeat);
            assigned.add(heartbeat);
        }
        assigned.forEach(known::add);
        return assigned;
    }

    /** Assigns new addresses to a host if the old ones are in partitions that it no longer has. */
    void move(PubSubHost host) {
        if (routes.host(host.probe().partition()) != host) {
            moveProbe(host);
        }
        moveHeartbeat(host);
    }

    private void moveProbe(PubSubHost host) {
        Address old = host.probe();
        int partition = firstPartition(host);
        if (partition >= 0) {
            host.probe(addresses.probe(partition, process));
        }
        known.add(host.probe());
        host.subscriptions.changed(old);
        host.subscriptions.changed(host.probe());
    }

    private void moveHeartbeat(PubSubHost host) {
        Address old = host.heartbeat();
        Address address = heartbeatOn(host);
        if (address != null && !address.equals(old)) {
            host.heartbeat(address);
            known.add(address);
            host.subscriptions.changed(address);
            if (old != null) {
                host.subscriptions.changed(old);
            }
        }
    }

    private @Nullable Address heartbeatOn(PubSubHost host) {
        int partition = firstPartition(host);
        return partition < 0 ? null : addresses.heartbeat(partition).orElse(null);
    }

    /** Returns the first partition of a host, or -1 if it has none. */
    private int firstPartition(PubSubHost host) {
        for (int partition = 0; partition < addresses.partitions(); partition++) {
            if (routes.host(partition) == host) {
                return partition;
            }
        }
        return -1;
    }
}
