package io.channels4j.redis;

import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerSettings;
import io.channels4j.redis.connection.HostSettings;
import java.util.ArrayList;
import java.util.List;

/** The settings shared by all Redis layers. Not thread-safe. */
abstract class LayerBuilder<B extends LayerBuilder<B>> {

    static final int DEFAULT_MAX_MESSAGE_BYTES = 1024 * 1024;

    private final RedisHosts hosts;
    private LayerSettings settings = LayerSettings.defaults();
    private final List<LayerListener> listeners = new ArrayList<>();

    LayerBuilder(RedisHosts hosts) {
        this.hosts = hosts;
    }

    abstract B self();

    /**
     * Sets the capacities, expiries and memory limits of the layer.
     *
     * @param limits the limits
     * @return this builder
     */
    public B settings(LayerSettings limits) {
        settings = limits;
        return self();
    }

    /**
     * Adds a listener that is notified of outages, gaps, and lost and dropped messages. None by default.
     *
     * @param listener the listener
     * @return this builder
     */
    public B listener(LayerListener listener) {
        listeners.add(listener);
        return self();
    }

    final HostSettings hosts() {
        return hosts.hosts();
    }

    final LayerSettings settings() {
        return settings;
    }

    final List<LayerListener> listeners() {
        return List.copyOf(listeners);
    }
}
