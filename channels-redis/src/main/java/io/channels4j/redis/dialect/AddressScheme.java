package io.channels4j.redis.dialect;

import java.util.List;

/** Makes the addresses of one layer. Every name falls into one of a fixed number of partitions, and a partition has its host. */
public interface AddressScheme {

    Address group(String group);

    Address channel(String channel);

    /** Returns a process's probe, on the host of a partition. */
    Address probe(int partition, String process);

    /** Returns how many partitions there are. */
    int partitions();

    /** Returns the index of the host that has a partition. */
    int host(int partition, List<String> hosts);

    /** Returns the hash tag that all names of a partition have in a cluster. */
    String tag(int partition);
}
