package io.channels4j.redis.pubsub;

import io.channels4j.redis.connection.Clients;
import io.lettuce.core.RedisURI;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** One host, or several among which the partitions are shared out. */
final class HostRoutes implements Routes {

    private final List<Link> links;
    private final Link[] table;

    /** Makes a link to each host, given the partition of its probe. */
    HostRoutes(List<RedisURI> uris, Addresses addresses, BiFunction<RedisURI, Integer, Link> linkTo) {
        links = uris.stream().map(uri -> linkTo.apply(uri, 0)).toList();
        List<String> names = uris.stream().map(Clients::nameOf).toList();
        if (names.stream().distinct().count() < names.size()) {
            throw new IllegalArgumentException("Redis hosts: %s (expected: each once)".formatted(names));
        }
        table = new Link[addresses.partitions()];
        for (int partition = 0; partition < table.length; partition++) {
            table[partition] = links.get(addresses.host(partition, names));
        }
    }

    @Override
    public void open() {
        links.forEach(Link::open);
    }

    @Override
    public Link link(int partition) {
        return table[partition];
    }

    @Override
    public Collection<Link> links() {
        return links;
    }

    @Override
    public boolean isTried() {
        return links.stream().allMatch(Link::isTried);
    }

    @Override
    public void refresh() {
        // the hosts and their shares are fixed
    }

    @Override
    public CompletionStage<Void> close() {
        return Link.closeAll(links);
    }

    @Override
    public @Nullable Throwable why() {
        return links.stream()
                .map(Link::why)
                .filter(why -> why != null)
                .findFirst()
                .orElse(null);
    }
}
