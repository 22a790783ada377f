package io.channels4j.redis.pubsub;

import io.channels4j.internal.Backoff;
import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.dialect.AddressScheme;
import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.models.partitions.Partitions;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The masters of a cluster: each partition's slot belongs to one of them. Looked up again when a master is lost or says that a slot
 * has moved, and from time to time.
 */
final class ClusterRoutes implements PartitionRoutes {

    private static final Backoff PAUSES = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(3));
    private static final Duration REFRESH = Duration.ofSeconds(30);

    private final RedisClusterClient client;
    private final AddressScheme addresses;
    private final BiFunction<RedisURI, Integer, PubSubHost> linkTo;
    private final IntConsumer moved;
    private final Runnable looked;
    private final ControlThread loop;
    private volatile Map<String, PubSubHost> links = Map.of();
    private volatile @Nullable PubSubHost[] table;
    private @Nullable Throwable why;
    private boolean tried;
    private boolean looking;
    private CompletionStage<Void> lookedUp = Stages.done();
    private int looks;

    /**
     * Knows no host yet.
     *
     * @param linkTo makes a link to a master, given the partition of its probe
     * @param moved is told which partitions have got another host
     * @param looked is told when the hosts were looked up, well or not
     */
    ClusterRoutes(
            RedisClusterClient client,
            AddressScheme addresses,
            BiFunction<RedisURI, Integer, PubSubHost> linkTo,
            IntConsumer moved,
            Runnable looked,
            ControlThread loop) {
        this.client = client;
        this.addresses = addresses;
        this.table = new PubSubHost[addresses.partitions()];
        this.linkTo = linkTo;
        this.moved = moved;
        this.looked = looked;
        this.loop = loop;
    }

    @Override
    public void open() {
        look();
        loop.every(REFRESH, this::refresh);
    }

    @Override
    public @Nullable PubSubHost link(int partition) {
        return table[partition];
    }

    @Override
    public Collection<PubSubHost> links() {
        return links.values();
    }

    @Override
    public boolean isTried() {
        return tried && links.values().stream().allMatch(PubSubHost::isTried);
    }

    @Override
    public void refresh() {
        if (!looking) {
            looking = true;
            loop.schedule(PAUSES.delay(looks++, ThreadLocalRandom.current()), this::look);
        }
    }

    private void look() {
        looking = true;
        lookedUp = client.refreshPartitionsAsync();
        CompletionStage<Void> unused = lookedUp.whenComplete((nothing, failure) -> loop.execute(() -> {
            looking = false;
            tried = true;
            why = failure;
            if (failure == null) {
                apply(client.getPartitions());
            }
            looked.run();
            boolean incomplete = Arrays.asList(table).contains(null);
            if (incomplete || links.values().stream().anyMatch(link -> !link.isConnected())) {
                refresh();
            } else {
                looks = 0;
            }
        }));
    }

    private void apply(Partitions partitions) {
        Map<String, PubSubHost> next = new HashMap<>();
        @Nullable PubSubHost[] nextTable = new PubSubHost[addresses.partitions()];
        for (int partition = 0; partition < nextTable.length; partition++) {
            RedisClusterNode master = partitions.getMasterBySlot(SlotHash.getSlot(addresses.tag(partition)));
            if (master != null) {
                nextTable[partition] = linkOf(master, partition, next);
            }
        }
        @Nullable PubSubHost[] before = table;
        Set<PubSubHost> gone = new HashSet<>(links.values());
        gone.removeAll(next.values());
        table = nextTable;
        links = next;
        for (int partition = 0; partition < nextTable.length; partition++) {
            if (before[partition] != nextTable[partition]) {
                moved.accept(partition);
            }
        }
        CompletionStage<Void> unused = PubSubHost.closeAll(gone);
    }

    private PubSubHost linkOf(RedisClusterNode master, int partition, Map<String, PubSubHost> next) {
        String id = master.getNodeId() + "@" + master.getUri().getHost() + ":"
                + master.getUri().getPort();
        PubSubHost known = next.containsKey(id) ? next.get(id) : links.get(id);
        if (known != null) {
            next.put(id, known);
            return known;
        }
        PubSubHost link = linkTo.apply(master.getUri(), partition);
        next.put(id, link);
        link.open();
        return link;
    }

    @Override
    public CompletionStage<Void> close() {
        return PubSubHost.closeAll(links.values()).thenCombine(lookedUp, (a, b) -> a);
    }

    @Override
    public @Nullable Throwable why() {
        return why != null
                ? why
                : links.values().stream()
                        .map(PubSubHost::why)
                        .filter(cause -> cause != null)
                        .findFirst()
                        .orElse(null);
    }
}
