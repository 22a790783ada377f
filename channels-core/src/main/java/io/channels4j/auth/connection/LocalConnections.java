package io.channels4j.auth.connection;

import io.channels4j.Scope;
import io.channels4j.control.ControlOwner;
import io.channels4j.layer.ChannelLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the connections of a user in this process, among those of all auth middleware that uses a layer. */
public final class LocalConnections {

    private LocalConnections() {}

    /**
     * Returns the scopes of a user's connections.
     *
     * @param layer the layer of the connections
     * @param userId the user's id
     * @throws UnsupportedOperationException if neither the layer nor the one that it delegates to is part of the library
     */
    public static List<Scope> scopes(ChannelLayer layer, String userId) {
        ControlOwner owner = owner(layer)
                .orElseThrow(() -> new UnsupportedOperationException(
                        "connections: a %s (expected: a layer of the library, or one that delegates to it)"
                                .formatted(layer.getClass().getName())));
        List<Scope> scopes = new ArrayList<>();
        for (Object attached : owner.attached()) {
            if (attached instanceof LayerConnections connections) {
                connections.addScopes(userId, scopes);
            }
        }
        return scopes;
    }

    static void add(ChannelLayer layer, LayerConnections connections) {
        owner(layer).ifPresent(owner -> {
            if (owner.attached().add(connections) && connections.isClosed()) {
                owner.attached().remove(connections);
            }
        });
    }

    static void remove(ChannelLayer layer, LayerConnections connections) {
        owner(layer).ifPresent(owner -> owner.attached().remove(connections));
    }

    private static Optional<ControlOwner> owner(ChannelLayer layer) {
        return layer instanceof ControlOwner owner
                ? Optional.of(owner)
                : layer.delegate().flatMap(LocalConnections::owner);
    }
}
