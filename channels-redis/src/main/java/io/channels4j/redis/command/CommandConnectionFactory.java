package io.channels4j.redis.command;

import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RendezvousHash;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** Makes links: to each of some hosts, or to a cluster as if it were one. */
public final class CommandConnectionFactory {

    private static final long REFRESH_PAUSE = Duration.ofMillis(500).toNanos();

    private final AtomicLong refreshed = new AtomicLong(System.nanoTime() - 2 * REFRESH_PAUSE);
    private final LettuceClients clients;
    private final HostSettings hosts;
    private final ControlThread loop;
    private final List<String> names;

    public CommandConnectionFactory(HostSettings hosts, LettuceClients clients, ControlThread loop) {
        this.hosts = hosts;
        this.clients = clients;
        this.loop = loop;
        this.names = clients.cluster() != null
                ? List.of("cluster")
                : clients.uris().stream().map(LettuceClients::nameOf).toList();
    }

    /**
     * Fails while a Redis that has just started loads its data. It answers each command for itself then, so of several that are on
     * their way together it could refuse the first and run the last.
     */
    private static CompletionStage<StatefulRedisConnection<byte[], byte[]>> whenLoaded(
            StatefulRedisConnection<byte[], byte[]> connection) {
        return connection
                .async()
                .ping()
                .thenApply(pong -> connection)
                .exceptionallyCompose(failure -> CommandConnection.answers(failure, "LOADING")
                        ? connection.closeAsync().thenCompose(closed -> CompletableFuture.failedFuture(failure))
                        : CompletableFuture.completedFuture(connection));
    }

    /** Returns the number of hosts; a cluster is one. */
    public int count() {
        return names.size();
    }

    /** Returns the host that keeps what has a name. */
    public int hostOf(String name) {
        return RendezvousHash.choose(names, name);
    }

    /** Looks up where the nodes of a cluster are, unless it was done a moment ago. */
    public void refresh() {
        RedisClusterClient cluster = clients.cluster();
        long now = System.nanoTime();
        long last = refreshed.get();
        if (cluster != null && now - last > REFRESH_PAUSE && refreshed.compareAndSet(last, now)) {
            var unused = cluster.refreshPartitionsAsync();
        }
    }

    /** Makes one more link to a host, which is to be opened. */
    public CommandConnection to(int host, CommandConnection.Watcher watcher) {
        RedisClusterClient cluster = clients.cluster();
        if (cluster != null) {
            return CommandConnection.of(
                    () -> cluster.refreshPartitionsAsync()
                            .thenCompose(known -> cluster.connectAsync(ByteArrayCodec.INSTANCE)),
                    StatefulRedisClusterConnection::async,
                    loop,
                    hosts.backoff(),
                    watcher,
                    new ClusterNodes(this::refresh));
        }
        RedisURI uri = clients.uris().get(host);
        return CommandConnection.of(
                () -> clients.connect(ByteArrayCodec.INSTANCE, uri).thenCompose(CommandConnectionFactory::whenLoaded),
                StatefulRedisConnection::async,
                loop,
                hosts.backoff(),
                watcher,
                new ClusterNodes(() -> {}));
    }
}
