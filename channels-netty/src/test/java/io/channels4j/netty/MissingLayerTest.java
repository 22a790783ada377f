package io.channels4j.netty;

import static io.channels4j.routing.Route.mount;
import static io.channels4j.routing.Route.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.consumer.Handles;
import io.channels4j.http.HttpConsumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a server that is known to need a channel layer does not start without one. */
class MissingLayerTest {

    static class Chat extends AsyncWebsocketConsumer {
        @Handles("chat.said")
        void said() {}
    }

    static class Echo extends AsyncWebsocketConsumer {}

    static class Page extends HttpConsumer {
        @Override
        protected void handle(byte[] body) {}
    }

    private static final URLRouter ROUTES =
            URLRouter.of(path("echo/", Echo.class, Echo::new), path("chat/", Chat.class, Chat::new));

    static Stream<Named<Application>> applications() {
        return Stream.of(
                Named.of("a router", ROUTES),
                Named.of("a nested router", URLRouter.of(mount("ws/", ROUTES))),
                Named.of("a router behind middleware", URLRouter.of(mount("ws/", ROUTES.behind(inner -> inner)))),
                Named.of(
                        "a protocol",
                        ProtocolTypeRouter.builder()
                                .websocket(Chat.class, Chat::new)
                                .build()),
                Named.of(
                        "a router of a protocol",
                        ProtocolTypeRouter.builder().websocket(ROUTES.behind()).build()));
    }

    private static NettyServerBuilder server(Application application) {
        return NettyServer.builder(application).port(0);
    }

    @ParameterizedTest
    @MethodSource("applications")
    void isReportedAtTheStart(Application application) {
        assertThatThrownBy(() -> server(application).start())
                .isInstanceOf(ChannelsException.class)
                .hasMessage(
                        "channel layer: none, but %s has @Handles methods (expected: set a layer on the server with"
                                + " channelLayer(..))",
                        Chat.class.getName());
    }

    @ParameterizedTest
    @MethodSource("applications")
    void serverWithALayerStarts(Application application) {
        try (InMemoryChannelLayer layer = InMemoryChannelLayer.create();
                NettyServer server = server(application).channelLayer(layer).start()) {
            assertThat(server.localAddress().getPort()).isPositive();
        }
    }

    @Test
    void serverWhoseConsumersNeedNoLayerStarts() {
        Application application = ProtocolTypeRouter.builder()
                .http(Page.class, Page::new)
                .websocket(Echo.class, Echo::new)
                .channel(Chat::new)
                .build();
        try (NettyServer server = server(application).start()) {
            assertThat(server.localAddress().getPort()).isPositive();
        }
    }
}
