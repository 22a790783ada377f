package io.channels4j.redis.command;

import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.connection.RendezvousHash;
import io.channels4j.redis.connection.ServerRole;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** Creates connections to each of several hosts, or to a cluster as if it were one host. Thread-safe. */
public final class CommandConnectionFactory {

    private static final long REFRESH_PAUSE = Duration.ofMillis(500).toNanos();

    private final AtomicLong refreshed = new AtomicLong(System.nanoTime() - 2 * REFRESH_PAUSE);
    private final LettuceClients clients;
    private final HostSettings settings;
    private final ControlThread control;
    private final EvictionCheck evictionCheck;
    private final List<String> names;

    /**
     * Creates a factory.
     *
     * @param component the name of the component at the beginning of warnings
     * @param evictionEffect the effect of evicting the component's keys, for the warning
     */
    public CommandConnectionFactory(
            HostSettings settings,
            LettuceClients clients,
            ControlThread control,
            String component,
            String evictionEffect) {
        this.evictionCheck = new EvictionCheck(component, evictionEffect);
        this.settings = settings;
        this.clients = clients;
        this.control = control;
        this.names = clients.cluster() != null
                ? List.of("cluster")
                : clients.uris().stream().map(LettuceClients::nameOf).toList();
    }

    /** Returns the number of hosts; a cluster counts as one. */
    public int count() {
        return names.size();
    }

    /** Returns the index of the host that stores the given name. */
    public int hostOf(String name) {
        return RendezvousHash.choose(names, name);
    }

    /** Looks up the topology of the cluster, unless it was looked up during the last 500 ms. Has no effect without a cluster. */
    public void refresh() {
        RedisClusterClient cluster = clients.cluster();
        long now = System.nanoTime();
        long last = refreshed.get();
        if (cluster != null && now - last > REFRESH_PAUSE && refreshed.compareAndSet(last, now)) {
            cluster.refreshPartitionsAsync();
        }
    }

    /** Creates a connection to a host. The caller must open it. */
    public CommandConnection to(int host, CommandConnection.Listener listener) {
        RedisClusterClient cluster = clients.cluster();
        if (cluster != null) {
            return new CommandConnection(
                    () -> cluster.refreshPartitionsAsync()
                            .thenCompose(known -> cluster.connectAsync(ByteArrayCodec.INSTANCE))
                            .thenApply(made -> {
                                evictionCheck.run(names.get(host), made.async()); // asks one of the nodes
                                return made;
                            }),
                    control,
                    settings.backoff(),
                    listener,
                    new ClusterNodes(this::refresh),
                    false);
        }
        RedisURI uri = clients.uris().get(host);
        return new CommandConnection(
                () -> clients.connect(ByteArrayCodec.INSTANCE, uri)
                        .thenCompose(made -> ServerRole.requireMaster(made, settings.timeout()))
                        .thenCompose(CommandConnectionFactory::whenLoaded)
                        .thenApply(made -> {
                            evictionCheck.run(names.get(host), made.async());
                            return made;
                        }),
                control,
                settings.backoff(),
                listener,
                new ClusterNodes(() -> {}),
                true);
    }

    /**
     * Fails while Redis is loading its data after a restart. If loading ended between two pipelined commands, Redis would reject the
     * first and execute the second.
     */
    private static CompletionStage<StatefulRedisConnection<byte[], byte[]>> whenLoaded(
            StatefulRedisConnection<byte[], byte[]> connection) {
        return connection
                .async()
                .ping()
                .thenApply(pong -> connection)
                .exceptionallyCompose(failure -> RedisFailures.answers(failure, "LOADING")
                        ? connection.closeAsync().thenCompose(closed -> CompletableFuture.failedFuture(failure))
                        : CompletableFuture.completedFuture(connection));
    }
}
