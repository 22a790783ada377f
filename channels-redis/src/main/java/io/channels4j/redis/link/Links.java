package io.channels4j.redis.link;

import io.channels4j.redis.connection.Clients;
import io.channels4j.redis.connection.Hosts;
import io.channels4j.redis.connection.Loop;
import io.channels4j.redis.connection.Rendezvous;
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
public final class Links {

    private static final long REFRESH_PAUSE = Duration.ofMillis(500).toNanos();

    private final AtomicLong refreshed = new AtomicLong(System.nanoTime() - 2 * REFRESH_PAUSE);
    private final Clients clients;
    private final Hosts hosts;
    private final Loop loop;
    private final List<String> names;

    public Links(Hosts hosts, Clients clients, Loop loop) {
        this.hosts = hosts;
        this.clients = clients;
        this.loop = loop;
        this.names = clients.cluster() != null
                ? List.of("cluster")
                : clients.uris().stream().map(Clients::nameOf).toList();
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
                .exceptionallyCompose(failure -> HostLink.answers(failure, "LOADING")
                        ? connection.closeAsync().thenCompose(closed -> CompletableFuture.failedFuture(failure))
                        : CompletableFuture.completedFuture(connection));
    }

    /** Returns the number of hosts; a cluster is one. */
    public int count() {
        return names.size();
    }

    /** Returns the host that keeps what has a name. */
    public int hostOf(String name) {
        return Rendezvous.choose(names, name);
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
    public HostLink to(int host, HostLink.Watcher watcher) {
        RedisClusterClient cluster = clients.cluster();
        if (cluster != null) {
            return HostLink.of(
                    () -> cluster.refreshPartitionsAsync()
                            .thenCompose(known -> cluster.connectAsync(ByteArrayCodec.INSTANCE)),
                    StatefulRedisClusterConnection::async,
                    loop,
                    hosts.backoff(),
                    watcher,
                    new ClusterNodes(this::refresh));
        }
        RedisURI uri = clients.uris().get(host);
        return HostLink.of(
                () -> clients.connect(ByteArrayCodec.INSTANCE, uri).thenCompose(Links::whenLoaded),
                StatefulRedisConnection::async,
                loop,
                hosts.backoff(),
                watcher,
                new ClusterNodes(() -> {}));
    }
}
