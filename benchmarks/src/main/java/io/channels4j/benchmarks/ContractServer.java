package io.channels4j.benchmarks;

import static io.channels4j.routing.Route.path;

import io.channels4j.Application;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.netty.NettyServer;
import io.channels4j.netty.NettyServerBuilder;
import io.channels4j.netty.ServerCertificate;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.redis.RedisPubSubChannelLayer;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The server under test, written against the public API only.
 *
 * <p>{@code /ws/echo/} echoes every message. {@code /ws/chat/<room>/} is a chat room. With {@code ?fast}, its messages
 * are sent as broadcasts, which need no handler. The same paths under {@code /ws/blocking/} use blocking consumers.
 * {@code /healthz} responds with 200.
 */
public final class ContractServer {

    private ContractServer() {}

    /**
     * Serves on the loopback address until the process ends.
     *
     * <p>The system property {@code contract.certificate} names a directory with {@code chain.pem} and {@code key.pem} and enables TLS. The
     * system property {@code contract.pings} sets the ping interval, such as {@code PT20S}.
     *
     * @param arguments the port, and optionally the URL of the Redis server through which servers share their rooms
     */
    public static void main(String... arguments) {
        if (arguments.length == 0 || arguments.length > 2) {
            throw new IllegalArgumentException(
                    "arguments: %d (expected: PORT [REDIS_URL])".formatted(arguments.length));
        }
        String redis = arguments.length == 2 && !arguments[1].isEmpty() ? arguments[1] : null;
        start(Integer.parseInt(arguments[0]), redis, System.getProperty("contract.certificate"));
    }

    /**
     * Starts the server.
     *
     * @param port the port on the loopback address, or 0 for a free port
     * @param redis the URL of the Redis server through which servers share their rooms, or null for local rooms
     * @param certificate the directory that contains the certificate, or null for no TLS
     * @return the running server
     */
    public static NettyServer start(int port, @Nullable String redis, @Nullable String certificate) {
        NettyServerBuilder server = NettyServer.builder(application())
                .channelLayer(layer(redis))
                .host("127.0.0.1")
                .port(port);
        if (certificate != null) {
            server.tls(ServerCertificate.pem(Path.of(certificate, "chain.pem"), Path.of(certificate, "key.pem")));
        }
        String pings = System.getProperty("contract.pings", "");
        if (!pings.isEmpty()) {
            server.timeouts(ServerTimeouts.defaults().withPingInterval(Duration.parse(pings)));
        }
        return server.start();
    }

    private static ChannelLayer layer(@Nullable String redis) {
        return redis == null ? InMemoryChannelLayer.create() : RedisPubSubChannelLayer.create(redis);
    }

    private static Application application() {
        return ProtocolTypeRouter.builder()
                .http(URLRouter.of(path("healthz", HealthConsumer::new)))
                .websocket(URLRouter.of(
                        path("ws/echo/", EchoConsumer::new),
                        path("ws/blocking/echo/", BlockingEchoConsumer::new),
                        path("ws/chat/<str:room>/", ChatConsumer::new),
                        path("ws/blocking/chat/<str:room>/", BlockingChatConsumer::new)))
                .build();
    }
}
