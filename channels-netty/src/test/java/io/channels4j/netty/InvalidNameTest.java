package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.channels4j.Message;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.Route;
import io.channels4j.routing.URLRouter;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Tests clients whose input leads to an invalid group name. Checks the response and the log lines. */
class InvalidNameTest {

    private static final String INVALID = "a%0Ab";

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.channels4j");
    private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
            lines.add(line);
        }
    };

    private final NettyServer server = NettyServer.builder(ProtocolTypeRouter.builder()
                    .http(URLRouter.of(Route.path("page/<room>", Page::new)))
                    .websocket(URLRouter.of(Route.path("join/<room>", Joiner::new), Route.path("talk", Talker::new)))
                    .build())
            .channelLayer(InMemoryChannelLayer.create())
            .port(0)
            .start();

    private static final class Page extends AsyncHttpConsumer {
        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return groupAdd(scope().urlRoute().get("room")).thenCompose(added -> sendResponse(200, "joined"));
        }
    }

    private static final class Joiner extends AsyncWebsocketConsumer {
        @Override
        protected Set<String> groups() {
            return Set.of(scope().urlRoute().get("room"));
        }
    }

    private static final class Talker extends AsyncWebsocketConsumer {
        @Override
        protected CompletionStage<Void> receive(String text) {
            return groupSend(text, Message.of("said"));
        }
    }

    @BeforeEach
    void attachAppender() {
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
    }

    @AfterEach
    void stop() {
        server.close();
        logger.detachAppender(appender);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    private void assertOneDebugLine() {
        await().untilAsserted(() -> assertThat(lines)
                .filteredOn(line -> line.getFormattedMessage().contains("group name"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.getLevel()).isEqualTo(Level.DEBUG);
                    assertThat(line.getFormattedMessage()).matches("[ -~]+");
                }));
        assertThat(lines).noneMatch(line -> line.getLevel().isGreaterOrEqual(Level.WARN));
    }

    @Test
    @DisplayName("P7: an invalid group name from a URL is answered with 400 and one debug line")
    void requestIsBad() {
        try (RawClient client = new RawClient(server.localAddress())) {
            client.send("GET /page/" + INVALID + " HTTP/1.1\r\nHost: h\r\n\r\n");

            assertThat(client.response("GET").status()).isEqualTo(400);
        }
        assertOneDebugLine();
    }

    @Test
    @DisplayName("P7: an invalid group name from the URL of a handshake is answered with 400 and one debug line")
    void handshakeIsBad() {
        try (RawClient client = new RawClient(server.localAddress())) {
            assertThat(client.handshake("/join/" + INVALID).status()).isEqualTo(400);
        }
        assertOneDebugLine();
    }

    @Test
    @DisplayName("P7: an invalid group name from a message causes close code 1008 and one debug line")
    void messageViolatesThePolicy() {
        try (RawClient client = RawClient.open(server, "/talk")) {
            client.text("a\nb");

            assertThat(client.frame().closeCode()).isEqualTo(1008);
        }
        assertOneDebugLine();
    }
}
