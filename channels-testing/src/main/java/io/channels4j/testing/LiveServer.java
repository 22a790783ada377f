package io.channels4j.testing;

import io.channels4j.Application;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.server.RunningServer;
import io.channels4j.server.ServerProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/**
 * A server in this process on a free port. It serves tests with browsers, HTTP clients or {@link LiveWebsocket}.
 *
 * {@snippet class="io.channels4j.testing.LiveServerTest" region="live"}
 *
 * <p>{@link ServerProvider#find()} finds the server module, which must be on the test's class path or module path.
 *
 * <p><b>Threads.</b> Thread-safe. Starting and closing block.
 */
public final class LiveServer implements AutoCloseable {

    private final RunningServer server;
    private final ChannelLayers layers;
    private final Runnable closeLayers;

    private LiveServer(Application application, ChannelLayers layers, Runnable closeLayers) {
        this.layers = layers;
        this.closeLayers = closeLayers;
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = ServerProvider.find().start(ErrorWatch.watched(application), layers, anyPort);
    }

    /**
     * Starts a server whose connections share an in-memory layer. The layer converts every message to JSON and back, so that a test
     * sees what another process would receive.
     *
     * @param application the application
     * @return the running server
     * @throws io.channels4j.ChannelsException if there is no server module, or the application cannot start
     */
    public static LiveServer start(Application application) {
        ChannelLayer own = new JsonRoundTripLayer(InMemoryChannelLayer.create());
        return new LiveServer(application, ChannelLayers.of(own), own::close);
    }

    /**
     * Starts a server with the given layers.
     *
     * @param application the application
     * @param layers the layers, which the server does not close
     * @return the running server
     * @throws io.channels4j.ChannelsException if there is no server module, or the application cannot start
     */
    public static LiveServer start(Application application, ChannelLayers layers) {
        return new LiveServer(application, layers, () -> {});
    }

    /**
     * Returns the port of the server on the loopback address.
     *
     * @return the port
     */
    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /**
     * Returns the HTTP address of a path.
     *
     * @param target a path that starts with a slash, with an optional query
     * @return the address
     */
    public URI http(String target) {
        return URI.create(origin("http") + target);
    }

    /**
     * Returns the WebSocket address of a path.
     *
     * @param target a path that starts with a slash, with an optional query
     * @return the address
     */
    public URI websocket(String target) {
        return URI.create(origin("ws") + target);
    }

    private String origin(String scheme) {
        return "%s://%s:%d".formatted(scheme, InetAddress.getLoopbackAddress().getHostAddress(), port());
    }

    /**
     * Returns the default layer of the connections.
     *
     * @return the layer
     * @throws io.channels4j.ChannelsException if the given layers contain no default layer
     */
    public ChannelLayer channelLayer() {
        return layers.get(ChannelLayers.DEFAULT);
    }

    /** Stops the server and closes open connections. Closing again has no effect. */
    @Override
    public void close() {
        server.close();
        closeLayers.run();
    }
}
