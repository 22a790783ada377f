package io.channels4j.redis.connection;

import io.channels4j.internal.Stages;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The Lettuce clients for the configured hosts. They belong to the application, or are created and closed by this object. */
public final class LettuceClients implements AutoCloseable {

    private static final int THREADS = 2;
    private static final int MAX_FLUSHES = 64;
    private static final Duration TOPOLOGY_REFRESH = Duration.ofSeconds(30);

    private final HostSettings hosts;
    private final String clientName;
    private final List<RedisURI> uris;
    private final @Nullable ClientResources ownResources;
    private final RedisClient plain;
    private final boolean ownPlain;
    private final @Nullable RedisClusterClient cluster;

    private LettuceClients(HostSettings hosts, String clientName) {
        this.hosts = hosts;
        this.clientName = clientName;
        this.uris =
                hosts.client() == null ? hosts.uris().stream().map(this::named).toList() : hosts.uris();
        this.ownResources = hosts.client() == null && hosts.clusterClient() == null ? resources() : null;
        this.ownPlain = hosts.client() == null;
        this.plain = hosts.client() == null ? plainClient() : hosts.client();
        this.cluster = hosts.cluster() && hosts.clusterClient() == null ? clusterClient() : hosts.clusterClient();
    }

    /** Creates the clients without connecting. */
    public static LettuceClients open(HostSettings hosts, String clientName) {
        return new LettuceClients(hosts, clientName);
    }

    /** Returns the addresses of the hosts; for a cluster, of the seed nodes. */
    public List<RedisURI> uris() {
        return uris;
    }

    /** Returns the name of a host, which is the same in all processes. */
    public static String nameOf(RedisURI uri) {
        String master = uri.getSentinelMasterId();
        String place = master != null
                ? master
                : uri.getSocket() != null ? uri.getSocket() : uri.getHost() + ":" + uri.getPort();
        return uri.getDatabase() == 0 ? place : place + "/" + uri.getDatabase();
    }

    public <K, V> CompletionStage<StatefulRedisConnection<K, V>> connect(RedisCodec<K, V> codec, RedisURI uri) {
        return plain.connectAsync(codec, uri);
    }

    public <K, V> CompletionStage<StatefulRedisPubSubConnection<K, V>> connectPubSub(
            RedisCodec<K, V> codec, RedisURI uri) {
        return plain.connectPubSubAsync(codec, uri);
    }

    /** Returns the client of the cluster, or null if the hosts are not a cluster. */
    public @Nullable RedisClusterClient cluster() {
        return cluster;
    }

    /** Starts closing the clients that this object created. Their connections must be closed first. */
    @Override
    public void close() {
        CompletionStage<Void> closed = Stages.done();
        if (cluster != null && hosts.clusterClient() == null) {
            closed = cluster.shutdownAsync(0, 1, TimeUnit.SECONDS);
        }
        if (ownPlain) {
            closed = closed.thenCombine(plain.shutdownAsync(0, 1, TimeUnit.SECONDS), (clustered, single) -> clustered);
        }
        closed.whenComplete((nothing, failure) -> shutDownResources());
    }

    private void shutDownResources() {
        if (ownResources != null) {
            Future<Boolean> unused = ownResources.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    /** Returns the address of a cluster node, with the client name and time-out of this object. */
    public RedisURI node(RedisURI uri) {
        return named(RedisURI.builder(uri).build());
    }

    private RedisURI named(RedisURI uri) {
        if (uri.getClientName() == null) {
            uri.setClientName(clientName);
        }
        uri.setTimeout(hosts.timeout()); // also applies to the handshake
        return uri;
    }

    private RedisClient plainClient() {
        ClientResources resources = ownResources;
        if (resources == null) {
            resources =
                    hosts.clusterClient() == null ? null : hosts.clusterClient().getResources();
        }
        RedisClient client = resources == null ? RedisClient.create() : RedisClient.create(resources);
        client.setOptions(options(ClientOptions.builder()).autoReconnect(false).build());
        return client;
    }

    private @Nullable RedisClusterClient clusterClient() {
        if (ownResources == null) {
            return null;
        }
        RedisClusterClient client = RedisClusterClient.create(ownResources, uris);
        ClusterTopologyRefreshOptions refresh = ClusterTopologyRefreshOptions.builder()
                .enablePeriodicRefresh(TOPOLOGY_REFRESH)
                .build();
        ClusterClientOptions.Builder builder = ClusterClientOptions.builder();
        options(builder);
        builder.replayFilter(command -> true); // ensures that no command is sent twice
        client.setOptions(builder.topologyRefreshOptions(refresh).build());
        return client;
    }

    private ClientOptions.Builder options(ClientOptions.Builder builder) {
        SocketOptions socket = SocketOptions.builder()
                .connectTimeout(hosts.timeout())
                .keepAlive(true)
                .build();
        builder.socketOptions(socket).disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS);
        if (hosts.certificates() != null) {
            builder.sslOptions(SslOptions.builder()
                    .jdkSslProvider()
                    .trustManager(hosts.certificates().toFile())
                    .build());
        }
        return builder;
    }

    private static ClientResources resources() {
        return ClientResources.builder()
                .ioThreadPoolSize(THREADS)
                .computationThreadPoolSize(THREADS)
                .nettyCustomizer(new FlushConsolidation())
                .build();
    }

    /** Combines commands that are sent at the same time into one system call. */
    private static final class FlushConsolidation implements NettyCustomizer {

        @Override
        public void afterChannelInitialized(Channel channel) {
            channel.pipeline().addFirst(new FlushConsolidationHandler(MAX_FLUSHES, true));
        }
    }
}
