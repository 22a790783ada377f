package io.channels4j.auth.connection;

import io.channels4j.layer.ChannelLayer;
import java.util.IdentityHashMap;
import java.util.concurrent.CompletionStage;

/**
 * The registry of this process's connections by user and session. While a layer has registered connections, one control
 * subscription receives the revocations for all of them. An idle connection therefore adds no load to the layer.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class UserConnections {

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
        synchronized (this) {
            connections = layers.computeIfAbsent(layer, LayerConnections::new);
            isEmpty = connections.update(connection);
            if (isEmpty) {
                layers.remove(layer);
            }
        }
        return isEmpty ? connections.close() : connections.subscribe();
    }
}
