package io.channels4j.examples.chat;

import static io.channels4j.routing.Route.path;
import static io.channels4j.routing.Route.rePath;

import io.channels4j.Application;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.netty.NettyServer;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.security.AllowedHostsOriginValidator;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * The chat: its routes, its store, its layer and its server.
 *
 * <p>Thread-safe.
 */
public final class ChatServer implements AutoCloseable {

    private final MessageStore store;
    private final ChannelLayer layer;
    private final NettyServer server;

    private ChatServer(MessageStore store, ChannelLayer layer, NettyServer server) {
        this.store = store;
        this.layer = layer;
        this.server = server;
    }

    /**
     * Starts the chat as the environment says: {@code PORT}, {@code DATABASE_URL} and {@code CHAT_DATA}.
     *
     * @param arguments none
     */
    public static void main(String... arguments) {
        ChatServer chat = start(Integer.parseInt(environment("PORT", "8000")), database());
        Runtime.getRuntime().addShutdownHook(new Thread(chat::close, "chat-close"));
        System.out.println("Chat is running at " + chat.address());
    }

    private static DatabaseAddress database() {
        String url = environment("DATABASE_URL", "");
        return url.isEmpty()
                ? DatabaseAddress.inDirectory(Path.of(environment("CHAT_DATA", "chat-data")))
                : DatabaseAddress.of(url);
    }

    private static String environment(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }

    /** Starts a chat on this machine; port 0 is one that the system chooses. */
    static ChatServer start(int port, DatabaseAddress database) {
        MessageStore store = MessageStore.open(database);
        ChannelLayer layer = InMemoryChannelLayer.create();
        try {
            NettyServer server = NettyServer.builder(application(store))
                    .channelLayer(layer)
                    .port(port)
                    .drainTimeout(Duration.ofSeconds(2))
                    .start();
            return new ChatServer(store, layer, server);
        } catch (RuntimeException e) {
            layer.close();
            store.close();
            throw e;
        }
    }

    static Application application(MessageStore store) {
        StaticFiles files = StaticFiles.load();
        Supplier<PageConsumer> page = () -> new PageConsumer(files);
        return ProtocolTypeRouter.builder()
                .http(URLRouter.of(
                        path("", page).with("file", "index.html"),
                        rePath("^rooms/[^/]+/?$", page).with("file", "index.html"),
                        path("<str:file>", page)))
                .websocket(URLRouter.of(
                                path("ws/lobby/", () -> new LobbyConsumer(store)),
                                path("ws/rooms/<str:room>/", () -> new ChatConsumer(store)))
                        .behind(AllowedHostsOriginValidator.of()))
                .build();
    }

    /** The address of the page on this machine. */
    URI address() {
        return URI.create("http://localhost:" + server.localAddress().getPort() + "/");
    }

    /** Ends all connections in order, then the server. */
    @Override
    public void close() {
        server.close();
        layer.close();
        store.close();
    }
}
