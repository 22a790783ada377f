package io.channels4j.redis.command;

import io.channels4j.redis.connection.RedisFailures;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds the cluster node that stores a key, for callers that send several commands to that node. Thread-safe. */
final class ClusterNodes {

    private final Runnable refresh;

    /**
     * Creates a finder.
     *
     * @param refresh the task that looks up the topology of the cluster
     */
    ClusterNodes(Runnable refresh) {
        this.refresh = refresh;
    }

    /**
     * Returns the command API of the node that stores a key.
     *
     * @throws RedisException if the node is unknown or not connected yet. The caller should repeat the request later.
     */
    RedisClusterAsyncCommands<byte[], byte[]> of(StatefulRedisClusterConnection<byte[], byte[]> cluster, byte[] key) {
        RedisClusterNode node = cluster.getPartitions().getMasterBySlot(SlotHash.getSlot(key));
        if (node == null) {
            refresh.run();
            throw new RedisException(RedisFailures.REJECTED + " to the node of a key: it is unknown");
        }
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> made = cluster.getConnectionAsync(
                node.getUri().getHost(), node.getUri().getPort());
        if (made.isCompletedExceptionally()) {
            refresh.run();
        }
        if (!made.isDone() || made.isCompletedExceptionally()) {
            throw new RedisException(RedisFailures.REJECTED + " to the node of a key");
        }
        return made.join().async();
    }

    /** Looks up the topology again if a command failed because its slot is moving or has moved, or its node is unreachable. */
    void answered(@Nullable Throwable failure) {
        if (failure != null && (CommandConnection.isMoving(failure) || RedisFailures.isRejected(failure))) {
            refresh.run();
        }
    }
}
