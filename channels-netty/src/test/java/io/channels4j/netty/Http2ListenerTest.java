package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketSend;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Tests how the listener and the access log report HTTP/2 streams. Each stream is a request or a WebSocket. */
class Http2ListenerTest {

    private final List<String> notes = new CopyOnWriteArrayList<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger access = (Logger) LoggerFactory.getLogger("io.channels4j.access");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage());
        }
    };
    private NettyServer server;
    private Http2Client client;

    @BeforeEach
    void start() {
        appender.start();
        access.setLevel(Level.INFO);
        access.addAppender(appender);
        server = ServersWithoutLifespan.builder(Apps.script(any -> {
                    if (any.scope().type().equals("websocket")) {
                        any.next();
                        any.send(new WebSocketAccept());
                        if (any.next() instanceof WebSocketReceive message) {
                            any.send(WebSocketSend.text(message.text() + "!"));
                        }
                        any.next();
                    } else {
                        any.respond(200, Headers.empty(), any.body() + "!");
                    }
                }))
                .port(0)
                .listeners(new ServerListener() {
                    @Override
                    public void opened(Scope scope) {
                        notes.add("opened " + scope.type() + " " + scope.httpVersion());
                    }

                    @Override
                    public void accepted(Scope scope) {
                        notes.add("accepted");
                    }

                    @Override
                    public void closed(Scope scope, ConnectionSummary summary) {
                        notes.add("closed %d, in %d/%d, out %d/%d"
                                .formatted(
                                        summary.status(),
                                        summary.messagesIn(),
                                        summary.bytesIn(),
                                        summary.messagesOut(),
                                        summary.bytesOut()));
                    }
                })
                .start();
        client = Http2Client.open(server);
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        access.setLevel(null);
        access.detachAppender(appender);
    }

    @Test
    void countsAndLogsRequest() {
        client.post(1, "/p?secret").data(1, "hello", true).response(1);

        await().untilAsserted(() -> assertThat(notes).containsExactly("opened http 2", "closed 200, in 1/5, out 1/6"));
        assertThat(lines)
                .singleElement()
                .asString()
                .contains(" POST /p 200 in ")
                .endsWith("5 bytes in, 6 bytes out");
    }

    @Test
    void countsEveryRequestOfAConnection() {
        client.get(1, "/").get(3, "/");
        client.response(1);
        client.response(3);

        await().untilAsserted(() ->
                assertThat(notes).filteredOn(note -> note.startsWith("closed")).hasSize(2));
    }

    @Test
    void reportsResetRequestWithoutStatus() {
        client.post(1, "/");
        await().untilAsserted(() -> assertThat(notes).hasSize(1));
        client.reset(1, Http2Client.CANCEL);

        await().untilAsserted(() -> assertThat(notes).last().asString().startsWith("closed 0"));
    }

    @Test
    void countsAndLogsWebSocket() {
        client.connectWebSocket(1, "/chat").head(1);
        client.text(1, "hello").webSocketFrame(1);
        client.data(1, RawClient.frameBytes(0x88, new byte[] {3, (byte) 0xe8}), true);

        await().untilAsserted(() ->
                assertThat(notes).containsExactly("opened websocket 2", "accepted", "closed 1000, in 1/5, out 1/6"));
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).endsWith(" websocket /chat opened");
        assertThat(lines.get(1)).contains(" websocket /chat closed 1000 after ");
    }

    @Test
    void responseHasDateAndContentLength() {
        Http2Client.Response response = client.get(1, "/").response(1);

        assertThat(response.header("date")).endsWith(" GMT");
        assertThat(response.header("content-length")).isEqualTo("1");
    }
}
