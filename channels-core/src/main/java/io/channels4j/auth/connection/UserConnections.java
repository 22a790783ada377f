package io.channels4j.auth.connection;

import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry of this process's authenticated connections by user. While it is not empty, one channel per layer receives the
 * disconnect messages for all connections, so an idle connection adds no load to the layer.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class UserConnections {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.auth");

    /** The map and its contents are guarded by this. */
    private final Map<ChannelLayer, LayerConnections> layers = new HashMap<>();

    /** Creates an empty registry. */
    public UserConnections() {}

    /** Adds a connection; completes when this process receives disconnect messages for its user. */
    CompletionStage<Void> add(ChannelLayer layer, String userId, ConnectionAuth connection) {
        LayerConnections connections;
        boolean first;
        synchronized (this) {
            LayerConnections known = layers.get(layer);
            first = known == null;
            connections = known == null ? new LayerConnections(layer) : known;
            layers.put(layer, connections);
            connections.byUser.computeIfAbsent(userId, id -> new ArrayList<>(1)).add(connection);
        }
        if (first) {
            connections.subscribe(this);
        }
        return connections.subscribed;
    }

    void remove(ChannelLayer layer, String userId, ConnectionAuth connection) {
        LayerConnections emptied = null;
        synchronized (this) {
            LayerConnections connections = layers.get(layer);
            if (connections != null && connections.remove(userId, connection)) {
                layers.remove(layer);
                emptied = connections;
            }
        }
        if (emptied != null) {
            emptied.close();
        }
    }

    private void disconnect(LayerConnections connections, DisconnectMessage message) {
        List<ConnectionAuth> found;
        synchronized (this) {
            found = List.copyOf(connections.byUser.getOrDefault(message.userId(), List.of()));
        }
        found.forEach(connection -> connection.disconnect(message.status()));
    }

    /** The connections of the users of one layer, and the subscription that serves them. */
    private static final class LayerConnections {

        private final ChannelLayer layer;
        private final Map<String, List<ConnectionAuth>> byUser = new HashMap<>();
        private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
        private volatile @Nullable Subscription subscription;

        LayerConnections(ChannelLayer layer) {
            this.layer = layer;
        }

        /** Removes a connection; returns true if it was the last one. */
        boolean remove(String userId, ConnectionAuth connection) {
            List<ConnectionAuth> connections = byUser.get(userId);
            if (connections == null || !connections.remove(connection)) {
                return false;
            }
            if (connections.isEmpty()) {
                byUser.remove(userId);
            }
            return byUser.isEmpty();
        }

        void subscribe(UserConnections registry) {
            try {
                Subscription opened = layer.subscribe(ForkJoinPool.commonPool(), message -> receive(registry, message));
                subscription = opened;
                layer.groupAdd(DisconnectMessage.GROUP, opened.channel())
                        .whenComplete((nothing, failure) -> subscribed(failure));
            } catch (RuntimeException e) {
                subscribed(e);
            }
        }

        private void subscribed(@Nullable Throwable failure) {
            if (failure != null) {
                LOG.warn(
                        "disconnectUser does not reach the connections of this process, because the layer failed: {}",
                        Stages.unwrap(failure).toString());
            }
            subscribed.complete(Stages.NOTHING);
        }

        private void receive(UserConnections registry, Message message) {
            Subscription open = subscription;
            if (open != null) {
                open.consumed();
            }
            if (!message.type().equals(DisconnectMessage.TYPE)) {
                return; // a layer reports an outage to all its channels
            }
            try {
                registry.disconnect(this, DisconnectMessage.from(message));
            } catch (RuntimeException e) {
                LOG.error("message {}: no connection was ended", message.type(), e);
            }
        }

        void close() {
            CompletionStage<Void> ready = subscribed;
            ready.thenRun(() -> {
                Subscription open = subscription;
                if (open != null) {
                    open.close();
                }
            });
        }
    }
}
