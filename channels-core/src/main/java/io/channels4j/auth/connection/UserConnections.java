package io.channels4j.auth.connection;

import io.channels4j.engine.timer.Timers;
import io.channels4j.internal.ControlThreads;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.CompletionStage;

/**
 * The registry of this process's connections by user and session. While a layer has registered connections, and for up to
 * one second afterwards, one control subscription receives the revocations for all of them. An idle connection therefore adds no load to
 * the layer, and successive requests share the subscription.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class UserConnections {

    private static final Duration LINGER = Duration.ofSeconds(1);

    /**
     * Guarded by this. Layers are compared by identity. None of their methods is therefore called with the lock held.
     */
    private final IdentityHashMap<ChannelLayer, LayerConnections> layers = new IdentityHashMap<>();

    /** Creates an empty registry. */
    public UserConnections() {}

    /**
     * Adds, changes or removes a connection according to its current state. Concurrent changes of its user therefore
     * result in the correct registration. Completes when this process receives revocations for the connection. If the
     * subscription fails, the failure is logged, the subscription is retried, and the stage completes nevertheless.
     */
    CompletionStage<Void> update(ChannelLayer layer, ConnectionAuth connection) {
        LayerConnections connections;
        boolean isEmpty;
        boolean lingers;
        synchronized (this) {
            connections = layers.computeIfAbsent(layer, LayerConnections::new);
            isEmpty = connections.update(connection);
            lingers = isEmpty && connections.startLingering();
        }
        if (!isEmpty) {
            return connections.subscribe();
        }
        if (lingers) {
            linger(layer, connections);
        }
        return Stages.done();
    }

    @SuppressWarnings("FutureReturnValueIgnored") // has no effect if there are connections by then
    private void linger(ChannelLayer layer, LayerConnections connections) {
        Timers.after(LINGER, ControlThreads.executor(), () -> endLingering(layer, connections));
    }

    private void endLingering(ChannelLayer layer, LayerConnections connections) {
        boolean isUnused;
        synchronized (this) {
            isUnused = connections.endLingering();
            if (isUnused) {
                layers.remove(layer);
            }
        }
        if (isUnused) {
            connections.close();
        }
    }

    /** Returns true if this process receives revocations now, but may have missed or already received some since a time. */
    boolean mayHaveMissedSince(ChannelLayer layer, long time) {
        LayerConnections connections;
        synchronized (this) {
            connections = layers.get(layer);
        }
        return connections != null && connections.mayHaveMissedSince(time);
    }
}
