package io.channels4j.redis.dialect;

import io.channels4j.redis.dialect.Address.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The addresses of Django's pub/sub layer. Only group names are prefixed. A CRC-32 checksum selects the host. Immutable.
 */
public final class DjangoAddresses implements AddressScheme {

    private static final int PARTITIONS = 4096;

    private final String prefix;

    public DjangoAddresses(String prefix) {
        this.prefix = prefix;
    }

    @Override
    public Address group(String group) {
        return of(Kind.GROUP, group, prefix + "__group__" + group);
    }

    @Override
    public Address channel(String channel) {
        return of(Kind.CHANNEL, channel, channel);
    }

    @Override
    public Address probe(int partition, String process) {
        return new Address(Kind.PROBE, process, prefix + "__probe__" + process, partition);
    }

    @Override
    public Optional<Address> heartbeat(int partition) {
        return Optional.empty();
    }

    private static Address of(Kind kind, String name, String redisName) {
        CRC32 crc = new CRC32();
        crc.update(redisName.getBytes(StandardCharsets.UTF_8));
        return new Address(kind, name, redisName, (int) (crc.getValue() % PARTITIONS));
    }

    @Override
    public int partitions() {
        return PARTITIONS;
    }

    @Override
    public int host(int partition, List<String> hosts) {
        return (int) (partition / (PARTITIONS / (double) hosts.size()));
    }

    @Override
    public String tag(int partition) {
        throw new IllegalStateException("Django's layer does not support a cluster");
    }
}
