package io.channels4j.redis.dialect;

import java.util.List;
import java.util.Optional;

/** The addresses of one layer. Each name belongs to one of a fixed number of partitions. Each partition is served by one host. */
public interface AddressScheme {

    Address group(String group);

    /** Returns the address of a channel, which may be shared by all channels of its process. */
    Address channel(String channel);

    /** Returns the address of a process's probe on the host that serves a partition. */
    Address probe(int partition, String process);

    /** Returns the address of the heartbeats on the host that serves a partition. Empty if group messages are not numbered. */
    Optional<Address> heartbeat(int partition);

    /** Returns the number of partitions. */
    int partitions();

    /** Returns the index of the host that serves a partition. */
    int host(int partition, List<String> hosts);

    /** Returns the hash tag that all names in a partition share in a cluster. */
    String tag(int partition);
}
