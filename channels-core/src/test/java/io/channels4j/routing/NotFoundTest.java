package io.channels4j.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketResponseBody;
import io.channels4j.websocket.WebSocketResponseStart;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class NotFoundTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.channels4j.routing");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final URLRouter router = URLRouter.of();
    private final FakePeer peer = new FakePeer();

    @BeforeEach
    void listen() {
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
        logger.addAppender(log);
        log.start();
    }

    @AfterEach
    void leave() {
        logger.detachAppender(log);
        logger.setAdditive(true);
        logger.setLevel(null);
    }

    @Test
    @DisplayName("P7: an HTTP request without a route gets 404")
    void respondsToHttpWith404() {
        CompletionStage<Void> done = router.handle(http("/nowhere/"), peer, peer);

        assertThat(done).isCompleted();
        assertThat(peer.sent()).hasSize(2);
        assertThat(peer.sent().get(0))
                .asInstanceOf(type(HttpResponseStart.class))
                .satisfies(start -> {
                    assertThat(start.status()).isEqualTo(404);
                    assertThat(start.headers().first("content-type")).contains("text/plain; charset=utf-8");
                    assertThat(start.headers().first("content-length")).contains("9");
                });
        assertThat(peer.sent().get(1))
                .asInstanceOf(type(HttpResponseBody.class))
                .satisfies(body -> {
                    assertThat(new String(body.body(), UTF_8)).isEqualTo("Not Found");
                    assertThat(body.more()).isFalse();
                });
    }

    @Test
    @DisplayName("P7: a request without a route logs one debug line without a stack trace")
    void logsOneDebugLine() {
        Scope scope = http("/a%0Ab/?q=1");

        router.handle(scope, peer, peer);

        assertThat(log.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.DEBUG);
            assertThat(line.getFormattedMessage())
                    .isEqualTo("connection " + scope.connectionId() + ": no route for GET /a%0Ab/");
            assertThat(line.getThrowableProxy()).isNull();
        });
    }

    @Test
    @DisplayName("P7: a WebSocket without a route logs one debug line without a stack trace")
    void logsOneDebugLineForAWebSocket() {
        Scope scope = Scope.builder("websocket").target("/ws/").build();
        peer.give(new WebSocketConnect());

        router.handle(scope, peer, peer);

        assertThat(log.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.DEBUG);
            assertThat(line.getFormattedMessage())
                    .isEqualTo("connection " + scope.connectionId() + ": no route for websocket /ws/");
            assertThat(line.getThrowableProxy()).isNull();
        });
    }

    @Test
    @DisplayName("P7: a handshake without a route gets 404 if the server can send it")
    void rejectsAHandshakeWith404() {
        peer.give(new WebSocketConnect());

        router.handle(websocketWithDenial(), peer, peer);

        assertThat(peer.sent()).hasSize(2);
        assertThat(peer.sent().get(0))
                .asInstanceOf(type(WebSocketResponseStart.class))
                .extracting(WebSocketResponseStart::status)
                .isEqualTo(404);
        assertThat(peer.sent().get(1))
                .asInstanceOf(type(WebSocketResponseBody.class))
                .satisfies(body -> {
                    assertThat(new String(body.body(), UTF_8)).isEqualTo("Not Found");
                    assertThat(body.more()).isFalse();
                });
    }

    @Test
    @DisplayName("P7: a handshake without a route is closed if the server cannot send 404")
    void closesAHandshakeWithoutTheExtension() {
        peer.give(new WebSocketConnect());

        router.handle(Scope.builder("websocket").build(), peer, peer);

        assertThat(peer.sent()).singleElement().isInstanceOf(WebSocketClose.class);
    }

    @Test
    void rejectsAfterTheHandshakeArrives() {
        router.handle(websocketWithDenial(), peer, peer);

        assertThat(peer.sent()).isEmpty();
    }

    @Test
    void completesWhenTheRejectedWebSocketDisconnects() {
        peer.give(new WebSocketConnect());
        CompletionStage<Void> done = router.handle(websocketWithDenial(), peer, peer);
        assertThat(done.toCompletableFuture()).isNotDone();

        peer.give(new WebSocketDisconnect(1006, ""));

        assertThat(done).isCompleted();
    }

    @Test
    void sendsNothingIfThePeerLeftBeforeTheHandshake() {
        peer.give(new WebSocketDisconnect(1006, ""));

        CompletionStage<Void> done = router.handle(websocketWithDenial(), peer, peer);

        assertThat(done).isCompleted();
        assertThat(peer.sent()).isEmpty();
    }

    @Test
    void failsForAnotherProtocolWithoutRoute() {
        Scope scope = Scope.builder("mqtt").path("/topics/").build();

        CompletionStage<Void> done = router.handle(scope, peer, peer);

        assertThatThrownBy(() -> done.toCompletableFuture().join())
                .cause()
                .isInstanceOf(ChannelsException.class)
                .hasMessage("url router: no route for \"/topics/\" of a scope of type \"mqtt\"");
        assertThat(log.list).isEmpty();
    }

    private static Scope http(String target) {
        return Scope.builder("http").target(target).build();
    }

    private static Scope websocketWithDenial() {
        return Scope.builder("websocket")
                .extensions(Map.of(WebSocketResponseStart.EXTENSION, Map.of()))
                .build();
    }
}
