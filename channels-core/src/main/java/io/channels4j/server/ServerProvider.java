package io.channels4j.server;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.layer.ChannelLayers;
import java.net.SocketAddress;
import java.util.ServiceLoader;

/**
 * Starts a server without a dependency on its implementation module. The test kit's live server uses this interface.
 *
 * <p>Implementations are found by {@link ServiceLoader}. They need a public no-argument constructor. They are declared
 * by {@code provides} in their module or by a file in {@code META-INF/services}.
 */
public interface ServerProvider {

    /**
     * Returns the provider of the available server module.
     *
     * @return the first provider found through the current thread's context class loader
     * @throws ChannelsException if no provider is found
     */
    static ServerProvider find() {
        return ServiceLoader.load(ServerProvider.class)
                .findFirst()
                .orElseThrow(
                        () -> new ChannelsException("server: no module provides one (expected: a dependency such as"
                                + " io.channels4j:channels-netty)"));
    }

    /**
     * Starts a server with this provider's defaults.
     *
     * @param application the application that serves the connections
     * @param layers the channel layers for the connections' scopes, which are not closed with the server
     * @param address the address to listen on; port 0 for any free port
     * @return the started server
     * @throws ChannelsException if the address cannot be bound, or the application cannot start
     */
    RunningServer start(Application application, ChannelLayers layers, SocketAddress address);
}
