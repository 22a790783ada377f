package io.channels4j.benchmarks;

import static io.channels4j.routing.Route.path;

import io.channels4j.Application;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.netty.NettyServer;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;

/**
 * The server of the load generator's contract, made of nothing that a user does not have.
 *
 * <p>{@code /ws/echo/} returns every message, {@code /ws/chat/<room>/} is a chat room ({@code ?fast}: its messages are encoded once
 * for all members instead of once for each), {@code /healthz} answers 200.
 */
public final class ContractServer {

    private ContractServer() {}

    /**
     * Serves on the loopback address until the process ends.
     *
     * @param arguments the port
     */
    public static void main(String... arguments) {
        start(port(arguments));
    }

    private static int port(String... arguments) {
        if (arguments.length > 1 && !arguments[1].isEmpty()) {
            throw new IllegalArgumentException(
                    "redis url: \"%s\" (expected: none, this server has the in-memory layer only)"
                            .formatted(arguments[1]));
        }
        if (arguments.length == 0) {
            throw new IllegalArgumentException("arguments: none (expected: PORT)");
        }
        return Integer.parseInt(arguments[0]);
    }

    /** Starts the server; port 0 is one that the system chooses. */
    static NettyServer start(int port) {
        return NettyServer.builder(application())
                .channelLayer(InMemoryChannelLayer.create())
                .host("127.0.0.1")
                .port(port)
                .start();
    }

    private static Application application() {
        return ProtocolTypeRouter.builder()
                .http(URLRouter.of(path("healthz", HealthConsumer::new)))
                .websocket(URLRouter.of(
                        path("ws/echo/", EchoConsumer::new), path("ws/chat/<str:room>/", ChatConsumer::new)))
                .build();
    }
}
