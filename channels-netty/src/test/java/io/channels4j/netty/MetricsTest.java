package io.channels4j.netty;

import static io.channels4j.routing.Route.mount;
import static io.channels4j.routing.Route.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.netty.micrometer.MicrometerServerListener;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.micrometer.core.instrument.search.Search;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class MetricsTest {

    private static final int MEGABYTE = 1_000_000;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CompletableFuture<Void> sent = new CompletableFuture<>();

    private static final class Echo extends AsyncWebsocketConsumer {
        @Override
        protected CompletionStage<Void> receive(String text) {
            return send(text);
        }
    }

    private static final class Greeting extends AsyncHttpConsumer {
        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendResponse(200, "hello");
        }
    }

    private NettyServer start() {
        Application application = ProtocolTypeRouter.builder()
                .websocket(URLRouter.of(mount("ws/", URLRouter.of(path("<str:room>/", Echo::new)))))
                .http(URLRouter.of(path("greet/<str:name>/", Greeting::new), mount("flood/", Apps.script(this::flood))))
                .build();
        return NettyServer.builder(application)
                .port(0)
                .listeners(MicrometerServerListener.of(registry))
                .start();
    }

    private void flood(Apps.Conversation http) {
        http.send(new HttpResponseStart(200, Headers.empty()));
        for (int i = 0; i < 20; i++) {
            http.sender().send(new HttpResponseBody(new byte[MEGABYTE], true));
        }
        sent.complete(null);
        http.body();
        http.next();
    }

    private Search find(String meter, String protocol, String route) {
        return registry.find(meter).tag("protocol", protocol).tag("route", route);
    }

    private double gauge(String meter, String protocol) {
        return registry.get(meter).tag("protocol", protocol).gauge().value();
    }

    @Test
    void tagsWebSocketWithItsRoute() {
        String route = "ws/<str:room>/";
        try (NettyServer server = start();
                RawClient client = RawClient.open(server, "/ws/secret/")) {
            assertThat(client.text("hello").frame().text()).isEqualTo("hello");
            assertThat(gauge("channels.connections.active", "websocket")).isEqualTo(1);
            client.closeFrame(1000, "").frame();
            await().until(() -> gauge("channels.connections.active", "websocket") == 0);
        }

        assertThat(find("channels.connections.accepted", "websocket", route)
                        .counter()
                        .count())
                .isEqualTo(1);
        assertThat(find("channels.received", "websocket", route).summary().totalAmount())
                .isEqualTo(5);
        assertThat(find("channels.sent", "websocket", route).summary().totalAmount())
                .isEqualTo(5);
        assertThat(find("channels.callbacks", "websocket", route).timer().count())
                .isEqualTo(2);
        assertThat(find("channels.connections", "websocket", route)
                        .tag("status", "1000")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(registry.getMeters())
                .noneMatch(meter -> meter.getId().getTags().toString().contains("secret"));
    }

    @Test
    void tagsRequestsWithTheirRoutes() {
        try (NettyServer server = start();
                RawClient client = new RawClient(server.localAddress())) {
            client.send("GET /greet/ada/ HTTP/1.1\r\nHost: h\r\n\r\n").response("GET");
            client.send("GET /greet/bob/ HTTP/1.1\r\nHost: h\r\n\r\n").response("GET");
            client.send("GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n").response("GET");
        }

        assertThat(find("channels.connections", "http", "greet/<str:name>/")
                        .tag("status", "200")
                        .timer()
                        .count())
                .isEqualTo(2);
        assertThat(find("channels.connections", "http", "unmatched")
                        .tag("status", "404")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(find("channels.callbacks", "http", "greet/<str:name>/")
                        .timer()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void reportsQueuedBytesOfABody() {
        try (NettyServer server = start()) {
            try (RawClient client = new RawClient(server.localAddress(), 4096)) {
                client.send("GET /flood/ HTTP/1.1\r\nHost: h\r\n\r\n");
                sent.join();
                assertThat(gauge("channels.queued", "http")).isGreaterThan(MEGABYTE);
            }
            await().until(() -> gauge("channels.queued", "http") == 0);
        }
    }
}
