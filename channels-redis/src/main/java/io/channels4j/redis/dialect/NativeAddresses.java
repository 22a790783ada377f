package io.channels4j.redis.dialect;

import io.channels4j.redis.connection.RendezvousHash;
import io.channels4j.redis.dialect.Address.Kind;
import io.channels4j.redis.wire.Keys;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The addresses used between processes that use this library. In a cluster, the hash tag of a name is its partition. The subscriptions of
 * a partition therefore share a slot and can be sent in one batch. Immutable.
 */
public final class NativeAddresses implements AddressScheme {

    private static final int PARTITIONS = 128;

    private final Keys keys;
    private final boolean tagged;

    public NativeAddresses(Keys keys, boolean tagged) {
        this.keys = keys;
        this.tagged = tagged;
    }

    @Override
    public Address group(String group) {
        return of(Kind.GROUP, group);
    }

    @Override
    public Address channel(String channel) {
        int mark = channel.indexOf('!');
        return mark < 0 ? of(Kind.CHANNEL, channel) : of(Kind.PROCESS, channel.substring(0, mark + 1));
    }

    @Override
    public Address probe(int partition, String process) {
        return of(Kind.PROBE, process, partition);
    }

    @Override
    public Optional<Address> heartbeat(int partition) {
        return Optional.of(of(Kind.HEARTBEAT, tag(partition), partition));
    }

    @Override
    public int partitions() {
        return PARTITIONS;
    }

    @Override
    public int host(int partition, List<String> hosts) {
        return RendezvousHash.choose(hosts, tag(partition));
    }

    @Override
    public String tag(int partition) {
        return "p" + partition;
    }

    private Address of(Kind kind, String name) {
        return of(kind, name, partition(name));
    }

    private Address of(Kind kind, String name, int partition) {
        String place = kind.name().toLowerCase(Locale.ROOT);
        String redisName = tagged ? keys.tagged(tag(partition), place, name) : keys.name(place, name);
        return new Address(kind, name, redisName, partition);
    }

    private static int partition(String name) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return (int) (crc.getValue() % PARTITIONS);
    }
}
