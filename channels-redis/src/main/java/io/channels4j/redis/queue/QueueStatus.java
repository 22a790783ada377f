package io.channels4j.redis.queue;

import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.connection.StartUp;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.Partitions;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Derives the layer's state from its hosts, its partitions and its registrations. Confined to the control thread. */
final class QueueStatus {

    private final RedisStatus status;
    private final List<CommandConnection> hosts;
    private final Partitions partitions;
    private final BooleanSupplier recovering;
    private final Set<Integer> triedHosts = new HashSet<>();
    private final StartUp startUp = new StartUp("Redis layer");

    /**
     * Creates a status.
     *
     * @param recovering a supplier that returns true while Redis has not confirmed all lost registrations again
     */
    QueueStatus(RedisStatus status, List<CommandConnection> hosts, Partitions partitions, BooleanSupplier recovering) {
        this.status = status;
        this.hosts = hosts;
        this.partitions = partitions;
        this.recovering = recovering;
    }

    /** Returns the object that waits for the first attempt to connect to each host. Safe to call from any thread. */
    StartUp startUp() {
        return startUp;
    }

    /** Records that an attempt to connect to a host has succeeded or failed. */
    void hostTried(int index) {
        triedHosts.add(index);
    }

    /**
     * Reports the state if it has changed.
     *
     * @param failure the failure that triggered the update, or null
     */
    void update(@Nullable Throwable failure) {
        if (triedHosts.size() < hosts.size() || !partitions.home().isActive()) {
            return;
        }
        List<Partition> active = partitions.active().toList();
        long reachable = active.stream().filter(Partition::isReachable).count();
        boolean allServe = hosts.stream().allMatch(host -> host.isConnected() && host.failure() == null);
        boolean partly = reachable > 0 || hosts.size() > 1 && hosts.stream().anyMatch(CommandConnection::isConnected);
        Throwable cause = failure == null ? firstFailure(active) : failure;
        boolean replying = active.stream().allMatch(partition -> partition.failure() == null);
        if (reachable == active.size() && replying && allServe && !recovering.getAsBoolean()) {
            status.report(State.UP, null);
        } else if (partly) {
            status.report(State.DEGRADED, cause);
        } else if (cause != null) {
            status.report(State.DOWN, cause);
        }
        if (cause != null || reachable == active.size()) {
            startUp.attempted(cause);
        }
    }

    private @Nullable Throwable firstFailure(List<Partition> active) {
        return Stream.concat(
                        active.stream().map(Partition::failure), hosts.stream().map(CommandConnection::failure))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }
}
