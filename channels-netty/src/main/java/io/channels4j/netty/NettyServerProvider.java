package io.channels4j.netty;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.server.RunningServer;
import io.channels4j.server.ServerProvider;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Provides {@link NettyServer} to programs that have no compile-time dependency on this module. */
public final class NettyServerProvider implements ServerProvider {

    /** Creates the provider. Called by {@link java.util.ServiceLoader}. */
    public NettyServerProvider() {}

    @Override
    public RunningServer start(Application application, ChannelLayers layers, SocketAddress address) {
        if (!(address instanceof InetSocketAddress internet)) {
            throw new ChannelsException("listen: %s (expected: an internet address)".formatted(address));
        }
        return NettyServer.builder(application)
                .channelLayers(layers)
                .host(internet.getHostString())
                .port(internet.getPort())
                .start();
    }
}
