package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.channels4j.Application;
import io.channels4j.netty.log.ServerLog;
import io.channels4j.netty.settings.TransportSettings;
import io.channels4j.routing.URLRouter;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketClose;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Tests the log lines about misbehaving peers. */
class LogLinesTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("io.channels4j.netty");
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent line) {
            lines.add(line.getFormattedMessage());
        }
    };

    @BeforeEach
    void attachAppender() {
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.DEBUG);
        logger.setAdditive(false);
    }

    @AfterEach
    void detachAppender() {
        logger.detachAppender(appender);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    private void request(Application application, String bytes) {
        try (NettyServer server =
                        ServersWithoutLifespan.builder(application).port(0).start();
                RawClient client = new RawClient(server.localAddress())) {
            client.send(bytes).response("GET");
        }
    }

    @Test
    @DisplayName("P7: input from a peer cannot break a log line")
    void escapesInputOfThePeer() {
        request(Apps.echo(), "GET / HTTP/1.1\r\nHo\u0010st\u009b: h\r\n\r\n");

        assertThat(lines).singleElement().asString().contains("Ho\\u0010st").matches("[ -~]+");
    }

    @Test
    void namesTheHeaderThatAProxyDropped() {
        request(Apps.echo(), RawClient.handshakeRequest("/").replace("Upgrade: websocket\r\n", ""));

        assertThat(lines).singleElement().asString().contains("426", "without the header \"Upgrade: websocket\"");
    }

    @Test
    @DisplayName(
            "RFC 9113 §8.2.2: a handshake that a proxy turned into a GET on HTTP/2 gets status 400 without Upgrade,"
                    + " and one line")
    void namesTheMethodThatAProxyChanged() {
        try (NettyServer server =
                        ServersWithoutLifespan.builder(Apps.echo()).port(0).start();
                Http2Client client = Http2Client.open(server)) {
            for (int stream = 1; stream < 6; stream += 2) {
                Http2Client.Response response = client.get(
                                stream, "/", "sec-websocket-version", "13", "sec-websocket-key", RawClient.KEY)
                        .response(stream);

                assertThat(response.status()).isEqualTo(400);
                assertThat(response.header("sec-websocket-version")).isEqualTo("13");
                assertThat(response.header("upgrade")).isEmpty();
            }
        }
        assertThat(lines)
                .singleElement()
                .asString()
                .contains("400, websocket handshake: method GET (expected: CONNECT with :protocol websocket");
    }

    @Test
    @DisplayName("P7: every control character and line separator in input from a peer is escaped")
    void escapesEveryControlCharacter() {
        for (char c : new char[] {0, 7, 0x1b, 0x7f, 0x80, 0x85, 0x9b, 0x9f, 0xa0, 0xff}) {
            lines.clear();
            request(Apps.echo(), "GET / HTTP/1.1\r\nHost: h\r\nExpect: a" + c + "b\r\n\r\n");

            assertThat(lines).singleElement().asString().matches("[ -~]+");
        }
        ServerLog.peer("c", "a\u2028b\u2029c\ud83d\ude00");
        assertThat(lines.get(lines.size() - 1)).endsWith("a\\u2028b\\u2029c\\ud83d\\ude00");
    }

    @Test
    void truncatesLongLine() {
        request(Apps.echo(), "GET / HTTP/1.1\r\n" + "x".repeat(5000) + "@: h\r\n\r\n");

        assertThat(lines).singleElement().asString().hasSizeLessThan(600);
    }

    @Test
    @DisplayName("P7: a failure on a path that decodes to a line feed is logged as one line")
    void logsPathOfFailureInItsEncodedForm() {
        Application failing = (scope, receiver, sender) -> {
            throw new IllegalStateException("on purpose");
        };
        request(failing, "GET /a%0AERROR HTTP/1.1\r\nHost: h\r\n\r\n");

        await().untilAsserted(() -> assertThat(lines).singleElement().asString().endsWith(" on /a%0AERROR"));
    }

    @Test
    @DisplayName("P7: a peer that resets its connection during the handshake causes one line")
    void logsOneLineIfThePeerResetsTheConnectionDuringTheHandshake() throws Exception {
        CompletableFuture<Void> blocked = new CompletableFuture<>();
        CompletableFuture<Void> proceed = new CompletableFuture<>();
        Application router = URLRouter.of();
        Application blocking = (scope, receiver, sender) -> {
            if (scope.path().equals("/blocks")) {
                blocked.complete(null);
                proceed.join(); // the event loop then reads the handshake and the reset at once
            }
            return router.handle(scope, receiver, sender);
        };
        Logger routing = (Logger) LoggerFactory.getLogger("io.channels4j.routing");
        routing.addAppender(appender);
        routing.setLevel(Level.DEBUG);
        try (NettyServer server = ServersWithoutLifespan.builder(blocking)
                        .port(0)
                        .transport(TransportSettings.defaults().withEventLoopThreads(1))
                        .start();
                RawClient first = new RawClient(server.localAddress())) {
            List<RawClient> resetting = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                RawClient client = new RawClient(server.localAddress());
                client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").response("GET");
                resetting.add(client);
            }
            await().untilAsserted(() -> assertThat(lines).hasSize(20));
            lines.clear();
            first.send("GET /blocks HTTP/1.1\r\nHost: h\r\n\r\n");
            blocked.get(10, TimeUnit.SECONDS);
            for (RawClient client : resetting) {
                client.send(RawClient.handshakeRequest("/nowhere", "x-fill: " + "x".repeat(3_000)))
                        .reset();
            }
            proceed.complete(null);
            first.response("GET");
        } finally {
            routing.detachAppender(appender);
            routing.setLevel(null);
        }

        assertThat(lines.stream().map(line -> line.substring(0, line.indexOf(':'))))
                .isNotEmpty()
                .doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("P7: the streams of one connection share one line about their peer")
    void logsOneLineForAllStreams() {
        try (NettyServer server =
                        ServersWithoutLifespan.builder(Apps.echo()).port(0).start();
                Http2Client client = Http2Client.open(server)) {
            for (int stream = 1; stream < 6; stream += 2) {
                client.connectWebSocket(stream, "/").head(stream);
                client.data(stream, new byte[] {(byte) 0x81, 1, 'x'}, false); // not masked
                assertThat(client.next(stream).payload()).isNotEmpty();
            }
        }

        assertThat(lines).singleElement().asString().contains("mask");
    }

    @Test
    void logsNothingIfTheApplicationEndsAfterItsPeer() throws Exception {
        CompletableFuture<Void> connected = new CompletableFuture<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Application undecided = (scope, receiver, sender) -> receiver.receive()
                .thenCompose(connect -> {
                    connected.complete(null);
                    return receiver.receive();
                })
                .thenAccept(disconnect -> {})
                .whenComplete((nothing, failure) -> scope.executor().execute(() -> ended.complete(null)));
        try (NettyServer server =
                ServersWithoutLifespan.builder(undecided).port(0).start()) {
            try (RawClient client = new RawClient(server.localAddress())) {
                client.send(RawClient.handshakeRequest("/"));
                connected.get(10, TimeUnit.SECONDS);
            }
            ended.get(10, TimeUnit.SECONDS);
        }

        assertThat(lines).isEmpty();
    }

    @Test
    void logsNothingIfARefusedPeerResetsTheConnection() {
        Application refusing = (scope, receiver, sender) ->
                receiver.receive().thenCompose(connect -> sender.send(new WebSocketClose(CloseStatus.NORMAL)));
        try (NettyServer server =
                        ServersWithoutLifespan.builder(refusing).port(0).start();
                RawClient client = new RawClient(server.localAddress())) {
            assertThat(client.handshake("/").status()).isEqualTo(403);
            client.send("more than the server reads").reset();
        }

        assertThat(lines).isEmpty();
    }
}
