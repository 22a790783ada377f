package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.server.LifespanHooks;
import io.channels4j.server.RunningServer;
import io.channels4j.server.ServerProvider;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class LifespanTest {

    private static Application application(LifespanHooks.BlockingHook onStart, LifespanHooks.BlockingHook onStop) {
        return ProtocolTypeRouter.builder()
                .lifespan(LifespanHooks.blocking(onStart, onStop))
                .http(Apps.script(http -> http.respond(
                        200,
                        Headers.empty(),
                        String.valueOf(http.scope().state().get("pool")))))
                .build();
    }

    @Test
    void addsStateToEveryScope() {
        Application application = application(state -> state.put("pool", "ready"), state -> {});
        try (NettyServer server = NettyServer.builder(application).port(0).start();
                RawClient client = new RawClient(server.localAddress())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

            assertThat(client.response("GET").body()).isEqualTo("ready");
        }
    }

    @Test
    void doesNotStartIfTheApplicationFailsToStart() {
        Application application = application(
                state -> {
                    throw new IllegalStateException("no database");
                },
                state -> {});

        assertThatThrownBy(() -> NettyServer.builder(application).port(0).start())
                .isInstanceOf(ChannelsException.class)
                .hasMessage("lifespan: the application cannot start: no database");
    }

    @Test
    void stopsApplicationAfterTheLastConnection() {
        List<String> steps = new CopyOnWriteArrayList<>();
        Application application = ProtocolTypeRouter.builder()
                .lifespan(LifespanHooks.blocking(state -> steps.add("start"), state -> steps.add("stop")))
                .websocket((scope, receiver, sender) ->
                        Apps.echo().handle(scope, receiver, sender).thenRun(() -> steps.add("connection ended")))
                .build();
        try (NettyServer server = NettyServer.builder(application).port(0).start();
                RawClient client = RawClient.open(server, "/")) {
            client.closeFrame(1000, "");
            client.frame();
        }

        assertThat(steps).containsExactly("start", "connection ended", "stop");
    }

    @Test
    void stopsApplicationIfListeningFails() {
        List<String> steps = new CopyOnWriteArrayList<>();
        Application application = application(state -> steps.add("start"), state -> steps.add("stop"));
        try (NettyServer first = NettyServer.builder(application)
                .port(0)
                .timeouts(ServerTimeouts.defaults().withLifespan(Duration.ZERO))
                .start()) {
            NettyServerBuilder second =
                    NettyServer.builder(application).port(first.localAddress().getPort());

            assertThatThrownBy(second::start).hasMessageContaining("is taken");
        }

        assertThat(steps).containsExactly("start", "stop");
    }

    @Test
    void isFoundByServerProvider() {
        Application application = application(state -> state.put("pool", "found"), state -> {});
        try (RunningServer server = ServerProvider.find()
                        .start(
                                application,
                                ChannelLayers.none(),
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                RawClient client = new RawClient((InetSocketAddress) server.localAddress())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

            assertThat(client.response("GET").body()).isEqualTo("found");
        }
    }
}
