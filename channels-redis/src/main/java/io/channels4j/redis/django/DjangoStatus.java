package io.channels4j.redis.django;

import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.connection.StartUp;
import io.channels4j.redis.django.store.DjangoHost;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Derives the layer's state from its hosts. Gaps are reported before the state {@code UP}.
 *
 * <p>A host is restored if it answers probes, its memberships are restored, and its queue reader is connected. The state is {@code UP} if
 * all hosts are restored, {@code DOWN} if none is connected, and {@code DEGRADED} otherwise.
 *
 * <p><b>Threads.</b> Confined to the control thread.
 */
final class DjangoStatus {

    private final RedisStatus status;
    private final List<DjangoHost> hosts;
    private final List<ProcessQueueReader> readers;
    private final DjangoMemberships memberships;
    private final Consumer<Set<String>> missed;
    private final StartUp startUp = new StartUp("Redis layer for Django");
    private final Set<Integer> tried = new HashSet<>();
    private final Set<Integer> restored = new HashSet<>();
    private final Set<String> missing = new HashSet<>();
    private boolean missingAll;

    DjangoStatus(
            RedisStatus status,
            List<DjangoHost> hosts,
            List<ProcessQueueReader> readers,
            DjangoMemberships memberships,
            Consumer<Set<String>> missed) {
        this.status = status;
        this.hosts = hosts;
        this.readers = readers;
        this.memberships = memberships;
        this.missed = missed;
    }

    /** Returns the object that waits for the first attempt to connect to each host. Safe to call from any thread. */
    StartUp startUp() {
        return startUp;
    }

    /** Records that an attempt to connect to a host has succeeded. */
    void tried(DjangoHost host) {
        tried.add(host.index());
    }

    /** Records that the connection to a host was lost, or that an attempt to connect has failed. */
    void lost(DjangoHost host) {
        tried.add(host.index());
        restored.remove(host.index());
    }

    /** Records that the memberships on a host were restored, and which groups may have missed messages. */
    void synchronizedHost(DjangoHost host, Set<String> groups) {
        missing.addAll(groups);
        restored.add(host.index());
    }

    /** Records that all groups may have missed messages. */
    void missedAll() {
        missingAll = true;
    }

    /**
     * Reports the state if it has changed.
     *
     * @param failure the failure that triggered the update, or null
     */
    void update(@Nullable Throwable failure) {
        if (tried.size() < hosts.size()) {
            return;
        }
        long up = hosts.stream().filter(this::isRestored).count();
        Throwable cause = failure == null ? firstFailure() : failure;
        if (up == hosts.size()) {
            reportGap();
            status.report(State.UP, null);
            startUp.attempted(null);
        } else if (hosts.stream().anyMatch(DjangoHost::isConnected)) {
            if (cause != null) {
                status.report(State.DEGRADED, cause);
                startUp.attempted(cause);
            } else if (status.state() == State.UP) {
                status.report(State.DEGRADED, null);
            }
        } else if (cause != null) {
            status.report(State.DOWN, cause);
            startUp.attempted(cause);
        }
    }

    private boolean isRestored(DjangoHost host) {
        return host.isAvailable()
                && restored.contains(host.index())
                && readers.get(host.index()).isConnected();
    }

    private @Nullable Throwable firstFailure() {
        return hosts.stream()
                .map(DjangoHost::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    private void reportGap() {
        Set<String> groups = missingAll ? memberships.groups() : Set.copyOf(missing);
        missingAll = false;
        missing.clear();
        if (!groups.isEmpty()) {
            status.gapPossible(groups.size());
            missed.accept(groups);
        }
    }
}
