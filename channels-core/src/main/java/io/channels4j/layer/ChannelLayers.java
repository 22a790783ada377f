package io.channels4j.layer;

import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import java.util.Map;
import java.util.TreeSet;

/**
 * The channel layers of an application, by alias. Consumers use {@link #DEFAULT} unless they select another alias.
 *
 * <p>Immutable. Servers store the layers in every scope under {@link #KEY}. (Django Channels: {@code CHANNEL_LAYERS}.)
 *
 * @param byAlias the layers, keyed by alias
 */
public record ChannelLayers(Map<String, ChannelLayer> byAlias) {

    /** The alias of the layer that consumers use by default. */
    public static final String DEFAULT = "default";

    /** The key under which a server stores the layers in each scope. */
    public static final Scope.Key<ChannelLayers> KEY = new Scope.Key<>("channel_layers");

    private static final ChannelLayers NONE = new ChannelLayers(Map.of());

    /** Copies the map. */
    public ChannelLayers {
        byAlias = Map.copyOf(byAlias);
    }

    /**
     * Returns an instance without layers.
     *
     * @return the empty instance
     */
    public static ChannelLayers none() {
        return NONE;
    }

    /**
     * Returns an instance with one layer, under {@link #DEFAULT}.
     *
     * @param layer the layer
     * @return the layers
     */
    public static ChannelLayers of(ChannelLayer layer) {
        return new ChannelLayers(Map.of(DEFAULT, layer));
    }

    /**
     * Returns the layers that a scope contains.
     *
     * @param scope the scope
     * @return the layers; empty if the scope contains none
     */
    public static ChannelLayers from(Scope scope) {
        return scope.get(KEY).orElse(NONE);
    }

    /**
     * Returns the layer with the given alias.
     *
     * @param alias the alias
     * @return the layer
     * @throws ChannelsException if no layer has this alias
     */
    public ChannelLayer get(String alias) {
        ChannelLayer layer = byAlias.get(alias);
        if (layer == null) {
            throw new ChannelsException(
                    "channel layer: \"%s\" is not configured (expected: %sset it on the server or communicator with channelLayer(..))"
                            .formatted(
                                    alias,
                                    byAlias.isEmpty() ? "" : "one of %s; ".formatted(new TreeSet<>(byAlias.keySet()))));
        }
        return layer;
    }
}
