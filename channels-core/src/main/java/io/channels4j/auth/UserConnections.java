package io.channels4j.auth;

import io.channels4j.Message;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Subscription;
import io.channels4j.websocket.CloseStatus;
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
 * The connections of authenticated users in this process, by user. While there are any, one channel for all of them listens for
 * {@link Connections#disconnectUser}: an idle connection costs the layer nothing.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class UserConnections {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.auth");

    /** Guarded by this, with all that is in it. */
    private final Map<ChannelLayer, OnLayer> layers = new HashMap<>();

    /** Adds a connection; completes when the layer's messages about its user arrive here. */
    CompletionStage<Void> add(ChannelLayer layer, String userId, ConnectionAuth connection) {
        OnLayer here;
        boolean first;
        synchronized (this) {
            OnLayer known = layers.get(layer);
            first = known == null;
            here = known == null ? new OnLayer(layer) : known;
            layers.put(layer, here);
            here.byUser.computeIfAbsent(userId, id -> new ArrayList<>(1)).add(connection);
        }
        if (first) {
            here.listen(this);
        }
        return here.listening();
    }

    void remove(ChannelLayer layer, String userId, ConnectionAuth connection) {
        OnLayer unused = null;
        synchronized (this) {
            OnLayer here = layers.get(layer);
            if (here != null && here.remove(userId, connection)) {
                layers.remove(layer);
                unused = here;
            }
        }
        if (unused != null) {
            unused.close();
        }
    }

    private void disconnect(OnLayer here, Message message) {
        String userId = message.getString(Connections.USER_ID);
        CloseStatus status = new CloseStatus(message.getInt(Connections.CODE), message.getString(Connections.REASON));
        List<ConnectionAuth> found;
        synchronized (this) {
            found = List.copyOf(here.byUser.getOrDefault(userId, List.of()));
        }
        found.forEach(connection -> connection.end(status));
    }

    /** The connections of one layer's users. */
    private static final class OnLayer {

        private final ChannelLayer layer;
        private final Map<String, List<ConnectionAuth>> byUser = new HashMap<>();
        private final CompletableFuture<Void> listening = new CompletableFuture<>();
        private volatile @Nullable Subscription subscription;

        OnLayer(ChannelLayer layer) {
            this.layer = layer;
        }

        /** Removes a connection; returns whether it was there and the last one. */
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

        CompletionStage<Void> listening() {
            return listening;
        }

        void listen(UserConnections all) {
            try {
                Subscription opened = layer.subscribe(ForkJoinPool.commonPool(), message -> take(all, message));
                subscription = opened;
                layer.groupAdd(Connections.GROUP, opened.channel())
                        .whenComplete((nothing, failure) -> listens(failure));
            } catch (RuntimeException e) {
                listens(e);
            }
        }

        @SuppressWarnings("NullAway") // the only value of Void is null
        private void listens(@Nullable Throwable failure) {
            if (failure != null) {
                LOG.warn(
                        "connections of this process cannot be ended by their user's id, since the layer failed: {}",
                        Stages.unwrap(failure).toString());
            }
            listening.complete(null);
        }

        private void take(UserConnections all, Message message) {
            Subscription open = subscription;
            if (open != null) {
                open.consumed();
            }
            if (!message.type().equals(Connections.TYPE)) {
                return; // the layer tells all its channels of an outage
            }
            try {
                all.disconnect(this, message);
            } catch (RuntimeException e) {
                LOG.error("message {}: no connection was ended", message.type(), e);
            }
        }

        void close() {
            listening().thenRun(() -> {
                Subscription open = subscription;
                if (open != null) {
                    open.close();
                }
            });
        }
    }
}
