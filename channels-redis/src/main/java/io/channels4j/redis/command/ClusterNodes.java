package io.channels4j.redis.command;

import io.channels4j.redis.connection.RedisFailures;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds the node of a cluster that has a key, for those who have more than one thing to ask of it. Thread-safe. */
final class ClusterNodes {

    private final Runnable refresh;
    private volatile @Nullable StatefulRedisClusterConnection<byte[], byte[]> cluster;

    /** Finds nodes; {@code refresh} looks up where they are. */
    ClusterNodes(Runnable refresh) {
        this.refresh = refresh;
    }

    /** Notes the connection; nodes are looked for only if it is to a cluster. */
    void in(StatefulConnection<byte[], byte[]> connection) {
        if (connection instanceof StatefulRedisClusterConnection<byte[], byte[]> toCluster) {
            cluster = toCluster;
        }
    }

    /**
     * Returns the commands of the node that has a key; of a server that is no cluster, its own.
     *
     * @throws RedisException when the node is not known or not connected yet; it is to be tried again then, behind those before
     */
    @Nullable
    RedisClusterAsyncCommands<byte[], byte[]> of(
            @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands, byte[] key) {
        StatefulRedisClusterConnection<byte[], byte[]> to = cluster;
        if (commands == null || to == null) {
            return commands;
        }
        RedisClusterNode node = to.getPartitions().getMasterBySlot(SlotHash.getSlot(key));
        if (node == null) {
            refresh.run();
            throw new RedisException(RedisFailures.REJECTED + " to the node of a key: it is not known");
        }
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> made =
                to.getConnectionAsync(node.getUri().getHost(), node.getUri().getPort());
        if (made.isCompletedExceptionally()) {
            refresh.run();
        }
        if (!made.isDone() || made.isCompletedExceptionally()) {
            throw new RedisException(RedisFailures.REJECTED + " to the node of a key");
        }
        return made.join().async();
    }

    /** Looks up where nodes are when one answered that it has a key no more. */
    void heard(@Nullable Object reply, @Nullable Throwable failure) {
        if (failure != null && CommandConnection.isMoving(failure)) {
            refresh.run();
        }
    }
}
