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
 * Routes each partition to the cluster master that owns its slot. The topology is looked up periodically. It is also
 * looked up when a master is lost or reports that a slot has moved.
 */
final class ClusterRoutes implements PartitionRoutes {

    private static final Backoff PAUSES = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(3));
    private static final Duration REFRESH = Duration.ofSeconds(30);

    private final RedisClusterClient client;
    private final AddressScheme addresses;
    private final BiFunction<RedisURI, Integer, PubSubHost> hostAt;
    private final IntConsumer moved;
    private final Runnable lookedUp;
    private final ControlThread control;
    private volatile Map<String, PubSubHost> hosts = Map.of();
    private volatile @Nullable PubSubHost[] table;
    private @Nullable Throwable failure;
    private State state = State.NEW;
    private CompletionStage<Void> lookUp = Stages.done();
    private int attempts;

    private enum State {
        /** The topology has not been looked up yet. */
        NEW,
        /** The first look-up is scheduled or under way. */
        STARTING,
        /** The topology was looked up, successfully or not. */
        IDLE,
        /** Another look-up is scheduled or under way. */
        REFRESHING
    }

    /**
     * Creates the routes without looking up the topology.
     *
     * @param hostAt a function that creates a host from its URI and the partition of its probe
     * @param moved a callback for each partition that has moved to another host
     * @param lookedUp a callback that runs after each look-up, successful or not
     */
    ClusterRoutes(
            RedisClusterClient client,
            AddressScheme addresses,
            BiFunction<RedisURI, Integer, PubSubHost> hostAt,
            IntConsumer moved,
            Runnable lookedUp,
            ControlThread control) {
        this.client = client;
        this.addresses = addresses;
        this.table = new PubSubHost[addresses.partitions()];
        this.hostAt = hostAt;
        this.moved = moved;
        this.lookedUp = lookedUp;
        this.control = control;
    }

    @Override
    public void open() {
        state = State.STARTING;
        lookUp();
        control.every(REFRESH, this::refresh);
    }

    @Override
    public @Nullable PubSubHost host(int partition) {
        return table[partition];
    }

    @Override
    public Collection<PubSubHost> hosts() {
        return hosts.values();
    }

    @Override
    public boolean isAttempted() {
        boolean known = state == State.IDLE || state == State.REFRESHING;
        return known && hosts.values().stream().allMatch(PubSubHost::isAttempted);
    }

    @Override
    public void refresh() {
        if (state == State.IDLE) {
            state = State.REFRESHING;
            control.schedule(PAUSES.delay(attempts++, ThreadLocalRandom.current()), this::lookUp);
        }
    }

    private void lookUp() {
        lookUp = client.refreshPartitionsAsync();
        lookUp.whenComplete((nothing, cause) -> control.execute(() -> {
            state = State.IDLE;
            failure = cause;
            if (cause == null) {
                apply(client.getPartitions());
            }
            lookedUp.run();
            boolean incomplete = Arrays.asList(table).contains(null);
            if (incomplete || hosts.values().stream().anyMatch(host -> !host.isConnected())) {
                refresh();
            } else {
                attempts = 0;
            }
        }));
    }

    private void apply(Partitions partitions) {
        Map<String, PubSubHost> next = new HashMap<>();
        @Nullable PubSubHost[] nextTable = new PubSubHost[addresses.partitions()];
        for (int partition = 0; partition < nextTable.length; partition++) {
            RedisClusterNode master = partitions.getMasterBySlot(SlotHash.getSlot(addresses.tag(partition)));
            if (master != null) {
                nextTable[partition] = hostOf(master, partition, next);
            }
        }
        @Nullable PubSubHost[] before = table;
        Set<PubSubHost> gone = new HashSet<>(hosts.values());
        gone.removeAll(next.values());
        table = nextTable;
        hosts = next;
        for (int partition = 0; partition < nextTable.length; partition++) {
            if (before[partition] != nextTable[partition]) {
                moved.accept(partition);
            }
        }
        gone.forEach(PubSubHost::close);
    }

    private PubSubHost hostOf(RedisClusterNode master, int partition, Map<String, PubSubHost> next) {
        RedisURI uri = master.getUri();
        String id = master.getNodeId() + "@" + uri.getHost() + ":" + uri.getPort();
        PubSubHost known = next.containsKey(id) ? next.get(id) : hosts.get(id);
        if (known != null) {
            next.put(id, known);
            return known;
        }
        PubSubHost host = hostAt.apply(uri, partition);
        next.put(id, host);
        host.open();
        return host;
    }

    @Override
    public CompletionStage<Void> close() {
        return PubSubHost.closeAll(hosts.values()).thenCombine(lookUp, (closed, known) -> closed);
    }

    @Override
    public @Nullable Throwable failure() {
        return failure == null ? PartitionRoutes.firstFailure(hosts.values()) : failure;
    }
}
