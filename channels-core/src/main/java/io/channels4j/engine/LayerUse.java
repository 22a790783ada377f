package io.channels4j.engine;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.layer.ChannelLayers;
import org.jspecify.annotations.Nullable;

/** An application, such as a router, that has the classes of some of its consumers before the first connection. */
public interface LayerUse {

    /** Returns the class of a consumer that handles messages from a channel layer, or null if no such class is known. */
    @Nullable
    Class<?> layerConsumer();

    /** Returns the class of a consumer of an application that handles messages from a channel layer, or null if none is known. */
    static @Nullable Class<?> in(Application application) {
        return application instanceof LayerUse known ? known.layerConsumer() : null;
    }

    /**
     * Checks that a server has a channel layer if its application is known to need one. Servers call this method when they start.
     *
     * @throws ChannelsException if the layer is missing
     */
    static void check(Application application, ChannelLayers layers) {
        Class<?> consumer = layers.byAlias().isEmpty() ? in(application) : null;
        if (consumer != null) {
            throw new ChannelsException(
                    "channel layer: none, but %s has @Handles methods (expected: set a layer on the server with channelLayer(..))"
                            .formatted(consumer.getName()));
        }
    }
}
