package io.channels4j.docs;

import static io.channels4j.routing.Route.path;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Message;
import io.channels4j.consumer.Handles;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.layer.GroupName;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.netty.NettyServer;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The code in README.md. */
final class ReadmeExample {

    private ReadmeExample() {}

    // @start region="consumer"
    public static final class ChatConsumer extends AsyncWebsocketConsumer {

        record Said(String user, String text) {}

        private String room() {
            return GroupName.of("chat", scope().urlRoute().get("room_name"));
        }

        @Override
        protected Set<String> groups() { // joined before connect(), left when the connection ends
            return Set.of(room());
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return groupSend(
                    room(), Message.of("chat.said", new Said(scope().user().name(), text)));
        }

        @Handles("chat.said")
        CompletionStage<Void> said(Said said) {
            return send(said.user() + ": " + said.text());
        }
    }
    // @end

    static final class PageConsumer extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendResponse(200, "the page");
        }
    }

    static Application application() {
        return ProtocolTypeRouter.builder()
                .http(URLRouter.of(path("", PageConsumer::new)))
                .websocket(URLRouter.of(path("ws/chat/<str:room_name>/", ChatConsumer::new)))
                .build();
    }

    static NettyServer start() {
        // @start region="server"
        Application application = ProtocolTypeRouter.builder()
                .http(URLRouter.of(path("", PageConsumer::new)))
                .websocket(URLRouter.of(path("ws/chat/<str:room_name>/", ChatConsumer::new)))
                .build();

        NettyServer server = NettyServer.builder(application)
                .channelLayer(InMemoryChannelLayer.create())
                .port(8000)
                .start();
        // @end
        return server;
    }

    static void test(Application application) {
        // @start region="test"
        try (WebsocketCommunicator ada =
                WebsocketCommunicator.builder(application, "/ws/chat/lobby/").build()) {
            assertThat(ada.connect().accepted()).isTrue();
            ada.sendTo("hello");
            assertThat(ada.receiveFrom()).isEqualTo("anonymous: hello");
        }
        // @end
    }
}
