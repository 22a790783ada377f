package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketSend;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The examples in the Javadoc of the communicators. */
class CommunicatorSnippetsTest {

    private final Application chat = SequentialConnection.application(connection -> {
        connection.receive(WebSocketConnect.class);
        connection.send(new WebSocketAccept());
        while (connection.receive() instanceof WebSocketReceive message) {
            if (message.text().equals("bye")) {
                connection.send(new WebSocketClose(CloseStatus.NORMAL));
            } else {
                connection.send(WebSocketSend.text("anonymous: " + message.text()));
            }
        }
    });

    private final Application pages = SequentialConnection.application(connection -> {
        connection.receive();
        connection.send(new HttpResponseStart(200, Headers.of("content-type", "text/plain")));
        connection.send(new HttpResponseBody(connection.scope().path().getBytes(StandardCharsets.UTF_8), false));
        connection.receive();
    });

    @Test
    void websocket() {
        Application application = chat;
        // @start region="websocket"
        try (WebsocketCommunicator ada = WebsocketCommunicator.builder(application, "/ws/chat/lobby/")
                .header("Origin", "https://example.com")
                .build()) {
            assertThat(ada.connect().accepted()).isTrue();
            ada.sendTo("hello");
            assertThat(ada.receiveFrom()).isEqualTo("anonymous: hello");
            ada.sendTo("bye");
            assertThat(ada.receiveClose().code()).isEqualTo(1000);
        }
        // @end
    }

    @Test
    void http() {
        Application application = pages;
        // @start region="http"
        try (HttpCommunicator client =
                HttpCommunicator.builder(application, "GET", "/rooms/").build()) {
            HttpCommunicator.Response response = client.getResponse();
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.text()).isEqualTo("/rooms/");
        }
        // @end
    }

    @Test
    void raw() {
        Application application = chat;
        // @start region="application"
        try (ApplicationCommunicator server = ApplicationCommunicator.builder(
                        application, Scope.builder("websocket").target("/ws/chat/lobby/"))
                .build()) {
            server.sendInput(new WebSocketConnect());
            assertThat(server.receiveOutput()).isEqualTo(new WebSocketAccept());
            server.sendInput(new WebSocketDisconnect(1001, ""));
            server.awaitEnd();
        }
        // @end
    }
}
