package io.channels4j.examples.chat;

import static io.channels4j.routing.Route.mount;
import static io.channels4j.routing.Route.path;
import static io.channels4j.routing.Route.reMount;

import io.channels4j.Application;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.StaticFiles;
import io.channels4j.netty.NettyServer;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.security.AllowedHostsOriginValidator;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.session.SessionStore;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The chat server: routes, message store, backbone and Netty server.
 *
 * <p>Thread-safe.
 */
public final class ChatServer implements AutoCloseable {

    private static final String CONTENT_SECURITY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
                    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final MessageStore store;
    private final Backbone backbone;
    private final NettyServer server;

    private ChatServer(MessageStore store, Backbone backbone, NettyServer server) {
        this.store = store;
        this.backbone = backbone;
        this.server = server;
    }

    /**
     * Starts the chat, configured by the environment variables {@code PORT}, {@code DATABASE_URL}, {@code CHAT_DATA} and {@code
     * REDIS_URL}.
     *
     * @param arguments not used
     */
    public static void main(String... arguments) {
        ChatServer chat =
                start(Integer.parseInt(environment("PORT", "8000")), MessageStore.open(database()), backbone());
        Runtime.getRuntime().addShutdownHook(new Thread(chat::close, "chat-close"));
        System.out.println("Chat is running at " + chat.address());
    }

    private static DatabaseAddress database() {
        String url = environment("DATABASE_URL", "");
        return url.isEmpty()
                ? DatabaseAddress.inDirectory(Path.of(environment("CHAT_DATA", "chat-data")))
                : DatabaseAddress.of(url);
    }

    private static Backbone backbone() {
        String redis = environment("REDIS_URL", "");
        return redis.isEmpty() ? Backbone.inMemory() : Backbone.onRedis(redis);
    }

    private static String environment(String name, String otherwise) {
        return System.getenv().getOrDefault(name, otherwise);
    }

    /** Starts a chat server that keeps its channel layer and sessions in memory. Port 0 selects a free port. */
    static ChatServer start(int port, DatabaseAddress database) {
        return start(port, MessageStore.open(database), Backbone.inMemory());
    }

    private static ChatServer start(int port, MessageStore store, Backbone backbone) {
        try {
            NettyServer server = NettyServer.builder(application(store, backbone.sessions()))
                    .channelLayer(backbone.layer())
                    .port(port)
                    .timeouts(ServerTimeouts.defaults().withDrain(Duration.ofSeconds(2)))
                    .start();
            return new ChatServer(store, backbone, server);
        } catch (RuntimeException e) {
            backbone.close();
            store.close();
            throw e;
        }
    }

    static Application application(MessageStore store, SessionStore sessions) {
        StaticFiles files = StaticFiles.classPathBuilder("META-INF/resources/chat")
                .header("content-security-policy", CONTENT_SECURITY)
                .header("referrer-policy", "no-referrer")
                .build();
        Application nick = Consumer.application(NickConsumer::new).behind(SessionMiddleware.of(sessions));
        return ProtocolTypeRouter.builder()
                .http(URLRouter.of(
                        mount("nick", nick).exact(),
                        reMount("^rooms/[^/]+/?$", files.file("index.html")),
                        mount("", files)))
                .websocket(URLRouter.of(
                                path("ws/lobby/", () -> new LobbyConsumer(store)),
                                path("ws/rooms/<str:room>/", () -> new ChatConsumer(store)))
                        .behind(AllowedHostsOriginValidator.of()))
                .build();
    }

    /** Returns the address of the page. */
    URI address() {
        return URI.create("http://localhost:" + server.localAddress().getPort() + "/");
    }

    /** Drains all connections, then closes the layer and the database. */
    @Override
    public void close() {
        server.close();
        backbone.close();
        store.close();
    }
}
