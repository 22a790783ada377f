package io.channels4j.server;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.layer.ChannelLayers;
import java.net.SocketAddress;
import java.util.ServiceLoader;

/**
 * Starts a server without naming its module, as the test kit's live server does.
 *
 * <p>Implementations are found by {@link ServiceLoader}: they have a public constructor without parameters and are declared by
 * {@code provides} in their module or by a file in {@code META-INF/services}.
 */
public interface ServerProvider {

    /**
     * Finds the available server module.
     *
     * @return the first one that the class loader of the current thread finds
     * @throws ChannelsException if there is none
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
     * @param application serves the connections
     * @param layers the channel layers that connections find in their scopes; not closed with the server
     * @param address the address to listen on; port 0 for any free port
     * @return the server, which accepts connections
     * @throws ChannelsException if the address cannot be bound, or the application cannot start
     */
    RunningServer start(Application application, ChannelLayers layers, SocketAddress address);
}
