package io.channels4j.redis.pubsub;

import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.dialect.AddressScheme;
import io.lettuce.core.RedisURI;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Routes all partitions to one host, or divides them among several hosts. */
final class FixedRoutes implements PartitionRoutes {

    private final List<PubSubHost> hosts;
    private final PubSubHost[] table;

    /**
     * Creates the hosts.
     *
     * @param hostAt a function that creates a host from its URI and the partition of its probe
     */
    FixedRoutes(List<RedisURI> uris, AddressScheme addresses, BiFunction<RedisURI, Integer, PubSubHost> hostAt) {
        hosts = uris.stream().map(uri -> hostAt.apply(uri, 0)).toList();
        List<String> names = uris.stream().map(LettuceClients::nameOf).toList();
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("Redis hosts: %s (expected: each once)".formatted(names));
        }
        table = new PubSubHost[addresses.partitions()];
        for (int partition = 0; partition < table.length; partition++) {
            table[partition] = hosts.get(addresses.host(partition, names));
        }
    }

    @Override
    public void open() {
        hosts.forEach(PubSubHost::open);
    }

    @Override
    public PubSubHost host(int partition) {
        return table[partition];
    }

    @Override
    public Collection<PubSubHost> hosts() {
        return hosts;
    }

    @Override
    public boolean isAttempted() {
        return hosts.stream().allMatch(PubSubHost::isAttempted);
    }

    @Override
    public void refresh() {
        // the hosts and their partitions are fixed
    }

    @Override
    public CompletionStage<Void> close() {
        return PubSubHost.closeAll(hosts);
    }

    @Override
    public @Nullable Throwable failure() {
        return PartitionRoutes.firstFailure(hosts);
    }
}
