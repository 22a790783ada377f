package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.consumer.Handles;
import io.channels4j.http.HttpConsumer;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.websocket.WebsocketConsumer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LiveServerTest {

    private static final class Hall extends WebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("hall");
        }

        @Override
        protected void receive(String text) {
            groupSend("hall", Message.of("hall.said").with("text", text));
        }

        @Handles("hall.said")
        private void said(Message message) {
            send(message.getString("text"));
        }
    }

    private static final class Page extends HttpConsumer {
        @Override
        protected void handle(byte[] body) {
            sendResponse(200, "path " + scope().path());
        }
    }

    @Test
    void deliversAMessageFromOneSocketToAnother() {
        // @start region="live"
        try (LiveServer server = LiveServer.start(
                        ProtocolTypeRouter.builder().websocket(Hall::new).build());
                LiveWebsocket ada =
                        LiveWebsocket.builder(server.websocket("/hall/")).build();
                LiveWebsocket bob =
                        LiveWebsocket.builder(server.websocket("/hall/")).build()) {
            assertThat(ada.connect().accepted()).isTrue();
            assertThat(bob.connect().accepted()).isTrue();

            ada.sendTo("hello");

            assertThat(bob.receiveFrom()).isEqualTo("hello");
        }
        // @end region="live"
    }

    @Test
    void respondsToHttp() throws Exception {
        try (LiveServer server =
                LiveServer.start(ProtocolTypeRouter.builder().http(Page::new).build())) {
            HttpRequest request =
                    HttpRequest.newBuilder(server.http("/page?x=1")).build();

            HttpResponse<String> response =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

            assertThat(response.body()).isEqualTo("path /page");
        }
    }

    @Test
    void usesTheCallersLayersAndLeavesThemOpen() {
        ChannelLayer layer = InMemoryChannelLayer.create();
        try (LiveServer server = LiveServer.start(
                        ProtocolTypeRouter.builder().websocket(Hall::new).build(), ChannelLayers.of(layer));
                LiveWebsocket ada =
                        LiveWebsocket.builder(server.websocket("/hall/")).build()) {
            assertThat(server.channelLayer()).isSameAs(layer);
            ada.connect();

            layer.groupSend("hall", Message.of("hall.said").with("text", "from outside"));

            assertThat(ada.receiveFrom()).isEqualTo("from outside");
        }
        assertThat(layer.groupSend("hall", Message.of("hall.said"))).isCompleted();
        layer.close();
    }

    @Test
    void closesItsOwnLayer() {
        LiveServer server = LiveServer.start(
                ProtocolTypeRouter.builder().websocket(Hall::new).build());
        ChannelLayer own = server.channelLayer();

        server.close();
        server.close();

        assertThat(own.groupSend("hall", Message.of("hall.said"))).isCompletedExceptionally();
    }

    @Test
    void defaultLayerConvertsMessagesToJson() {
        Message sent = Message.of("said").with("at", Instant.EPOCH);
        try (LiveServer server = LiveServer.start(
                ProtocolTypeRouter.builder().websocket(Hall::new).build())) {
            ChannelLayer layer = server.channelLayer();
            layer.send("inbox", sent).toCompletableFuture().join();

            Message received = layer.receive("inbox").toCompletableFuture().join();

            assertThat(received.getString("at")).isEqualTo("1970-01-01T00:00:00Z");
        }
    }
}
