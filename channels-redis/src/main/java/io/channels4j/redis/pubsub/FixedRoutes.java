package io.channels4j.redis.pubsub;

import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.dialect.AddressScheme;
import io.lettuce.core.RedisURI;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** One host, or several among which the partitions are shared out. */
final class FixedRoutes implements PartitionRoutes {

    private final List<PubSubHost> links;
    private final PubSubHost[] table;

    /** Makes a link to each host, given the partition of its probe. */
    FixedRoutes(List<RedisURI> uris, AddressScheme addresses, BiFunction<RedisURI, Integer, PubSubHost> linkTo) {
        links = uris.stream().map(uri -> linkTo.apply(uri, 0)).toList();
        List<String> names = uris.stream().map(LettuceClients::nameOf).toList();
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("Redis hosts: %s (expected: each once)".formatted(names));
        }
        table = new PubSubHost[addresses.partitions()];
        for (int partition = 0; partition < table.length; partition++) {
            table[partition] = links.get(addresses.host(partition, names));
        }
    }

    @Override
    public void open() {
        links.forEach(PubSubHost::open);
    }

    @Override
    public PubSubHost link(int partition) {
        return table[partition];
    }

    @Override
    public Collection<PubSubHost> links() {
        return links;
    }

    @Override
    public boolean isTried() {
        return links.stream().allMatch(PubSubHost::isTried);
    }

    @Override
    public void refresh() {
        // the hosts and their shares are fixed
    }

    @Override
    public CompletionStage<Void> close() {
        return PubSubHost.closeAll(links);
    }

    @Override
    public @Nullable Throwable why() {
        return links.stream()
                .map(PubSubHost::why)
                .filter(why -> why != null)
                .findFirst()
                .orElse(null);
    }
}
