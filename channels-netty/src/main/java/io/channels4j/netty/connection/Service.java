package io.channels4j.netty.connection;

import io.channels4j.Application;
import io.channels4j.ScopeBuilder;
import io.channels4j.layer.ChannelLayers;
import java.time.InstantSource;

/** What all connections of a server serve, and within which limits. */
public record Service(Application application, ChannelLayers layers, Settings settings, InstantSource clock) {

    /** Returns a builder with the facts that are the server's. */
    public ScopeBuilder scope(String type, Loop loop) {
        return io.channels4j.Scope.builder(type)
                .executor(loop.executor())
                .closeTimeout(settings.applicationCloseTimeout())
                .with(ChannelLayers.KEY, layers);
    }
}
