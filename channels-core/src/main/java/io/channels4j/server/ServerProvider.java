package io.channels4j.server;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.layer.ChannelLayers;
import java.net.SocketAddress;
import java.util.ServiceLoader;

/**
 * What a server module offers to those who start one without naming it, such as the test kit's live server.
 *
 * <p>Implementations are found by {@link ServiceLoader}: they have a public constructor without parameters and are named by {@code
 * provides} in their module or by a file in {@code META-INF/services}.
 */
public interface ServerProvider {

    /**
     * Finds the server module that is there.
     *
     * @return the first one that the class loader of the current thread finds
     * @throws ChannelsException when there is none
     */
    static ServerProvider find() {
        return ServiceLoader.load(ServerProvider.class)
                .findFirst()
                .orElseThrow(() -> new ChannelsException(
                        "server: no module offers one (expected: a dependency such as io.channels4j:channels-netty)"));
    }

    /**
     * Starts a server with this provider's defaults.
     *
     * @param application serves the connections
     * @param layers the channel layers that connections find in their scopes; not closed with the server
     * @param address where to listen; port 0 lets the system choose
     * @return the server, which takes connections already
     * @throws ChannelsException when the address cannot be listened on, or the application cannot start
     */
    RunningServer start(Application application, ChannelLayers layers, SocketAddress address);
}
