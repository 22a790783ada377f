package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.DATA;
import static io.channels4j.netty.Http2Client.HEADERS;
import static io.channels4j.netty.Http2Client.PING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketResponseBody;
import io.channels4j.websocket.WebSocketResponseStart;
import io.channels4j.websocket.WebSocketSend;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Tests a client that ends its side of the stream before the handshake response (RFC 8441 §5, RFC 9113 §8.1).
 */
class Http2WebSocketEndTest {

    private final CompletableFuture<Void> decide = new CompletableFuture<>();
    private final CompletableFuture<String> message = new CompletableFuture<>();
    private final CompletableFuture<Event> last = new CompletableFuture<>();
    private NettyServer server;
    private Http2Client client;

    private void connect(Apps.Script decision) {
        connect(decision, ServerTimeouts.defaults());
    }

    /** Starts a server whose application accepts or rejects the handshake after {@code decide} has completed. */
    private void connect(Apps.Script decision, ServerTimeouts timeouts) {
        server = ServersWithoutLifespan.builder(Apps.script(any -> {
                    if (any.scope().type().equals("http")) {
                        any.respond(200, Headers.empty(), "other");
                        return;
                    }
                    any.next();
                    decide.get(10, TimeUnit.SECONDS);
                    decision.run(any);
                    Event event = any.next();
                    if (event instanceof WebSocketReceive received) {
                        message.complete(received.text());
                        event = any.next();
                    }
                    last.complete(event);
                }))
                .port(0)
                .timeouts(timeouts)
                .start();
        client = Http2Client.open(server);
    }

    @AfterEach
    void stop() {
        decide.complete(null);
        client.close();
        server.close();
    }

    private static void accept(Apps.Conversation socket) {
        socket.send(new WebSocketAccept());
    }

    /** Asserts that the server has sent nothing on the stream after it has read all input. */
    private void assertNothingWasSent() {
        assertThat(client.get(3, "/").response(3).body()).isEqualTo("other");
        client.frame(PING, 0, 0, new byte[8]);
        Http2Client.Frame frame = client.read();
        while (frame.type() != PING) {
            assertThat(frame.stream()).isNotEqualTo(1);
            frame = client.read();
        }
    }

    private WebSocketDisconnect disconnect() throws Exception {
        return (WebSocketDisconnect) last.get(10, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("RFC 9113 §8.1: HEADERS precede DATA if the client ends its side before the handshake is accepted")
    void acceptedAfterTheEnd() throws Exception {
        connect(Http2WebSocketEndTest::accept);
        client.connectWebSocket(1, "/").data(1, "", true);
        assertNothingWasSent();
        decide.complete(null);

        assertThat(client.head(1).status()).isEqualTo(200);
        assertThat(client.ends(1)).isTrue();
        assertThat(disconnect().code()).isEqualTo(1006);
    }

    @Test
    @DisplayName("RFC 6455 §5.5.1: messages and a close frame that came before the answer are read once it is accepted")
    void readsWhatCameBeforeTheAnswer() throws Exception {
        connect(Http2WebSocketEndTest::accept);
        client.connectWebSocket(1, "/").text(1, "early");
        client.data(1, RawClient.frameBytes(0x88, new byte[] {3, (byte) 0xe8}), true);
        assertNothingWasSent();
        decide.complete(null);

        assertThat(client.head(1).status()).isEqualTo(200);
        assertThat(message.get(10, TimeUnit.SECONDS)).isEqualTo("early");
        assertThat(client.webSocketFrame(1).closeCode()).isEqualTo(1000);
        assertThat(client.ends(1)).isTrue();
        assertThat(disconnect().code()).isEqualTo(1000);
    }

    @Test
    void refusedAfterTheEnd() throws Exception {
        connect(socket -> socket.send(new WebSocketClose(CloseStatus.NORMAL)));
        client.connectWebSocket(1, "/").data(1, "", true);
        assertNothingWasSent();
        decide.complete(null);

        assertThat(client.response(1).status()).isEqualTo(403);
        assertThat(disconnect().code()).isEqualTo(1006);
    }

    @Test
    void refusedInPartsAfterTheEnd() {
        connect(socket -> {
            socket.send(new WebSocketResponseStart(418, Headers.empty()));
            for (String part : new String[] {"", "short", " and"}) {
                socket.send(new WebSocketResponseBody(part.getBytes(StandardCharsets.US_ASCII), true));
            }
            socket.send(new WebSocketResponseBody(" stout".getBytes(StandardCharsets.US_ASCII), false));
        });
        client.connectWebSocket(1, "/").data(1, "", true);
        assertNothingWasSent();
        decide.complete(null);

        assertThat(client.response(1))
                .matches(response -> response.status() == 418, "418")
                .extracting(Http2Client.Response::body)
                .isEqualTo("short and stout");
    }

    @Test
    void endedWhileTheApplicationRefusesInParts() {
        connect(socket -> {
            socket.send(new WebSocketResponseStart(418, Headers.empty()));
            socket.send(new WebSocketResponseBody("short".getBytes(StandardCharsets.US_ASCII), true));
            message.get(10, TimeUnit.SECONDS);
            socket.send(new WebSocketResponseBody(" and stout".getBytes(StandardCharsets.US_ASCII), false));
        });
        decide.complete(null);
        client.connectWebSocket(1, "/");
        assertThat(client.next(1).type()).isEqualTo(HEADERS);
        assertThat(client.next(1).payload()).asString(StandardCharsets.US_ASCII).isEqualTo("short");
        client.data(1, "", true);
        assertNothingWasSent();
        message.complete("continue");

        assertThat(client.body(1)).isEqualTo(" and stout");
    }

    @Test
    void handshakeTimeOutIsAnswered() throws Exception {
        connect(Http2WebSocketEndTest::accept, ServerTimeouts.defaults().withHandshake(Duration.ofMillis(100)));
        client.connectWebSocket(1, "/").data(1, "", true);

        assertThat(client.response(1).status()).isEqualTo(503);
    }

    @Test
    @DisplayName("RFC 8441 §5: an extended CONNECT that ends its stream is refused in one response")
    void connectThatEndsItsStream() {
        connect(Http2WebSocketEndTest::accept);
        client.headers(
                1,
                Http2Client.END_STREAM,
                Http2Client.request("CONNECT", "/", ":protocol", "websocket", "sec-websocket-version", "13"));

        assertThat(client.response(1).status()).isEqualTo(400);
        assertNothingWasSent();
    }

    @Test
    void trailersBeforeTheAnswerEndTheStream() throws Exception {
        connect(Http2WebSocketEndTest::accept);
        client.connectWebSocket(1, "/").headers(1, Http2Client.END_STREAM, "x", "y");
        assertNothingWasSent();
        decide.complete(null);

        assertThat(client.head(1).status()).isEqualTo(200);
        Http2Client.Frame end = client.next(1);
        assertThat(end.type()).isEqualTo(DATA);
        assertThat(end.ends()).isTrue();
        assertThat(disconnect().code()).isEqualTo(1006);
    }

    /** Sends a message, a close frame and the end of the stream in one DATA frame. */
    private void sendMessageAndEnd() {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        frames.writeBytes(RawClient.frameBytes(0x81, new byte[] {'h', 'i'}));
        frames.writeBytes(RawClient.frameBytes(0x88, new byte[] {3, (byte) 0xe8}));
        client.data(1, frames.toByteArray(), true);
    }

    @Test
    @DisplayName("RFC 6455 §7.1.1: an application that needs longer than 2 s answers a message before the stream ends")
    void waitsForTheApplication() throws Exception {
        server = ServersWithoutLifespan.builder(Apps.webSocket((received, sender) -> CompletableFuture.runAsync(
                                () -> {}, CompletableFuture.delayedExecutor(2_500, TimeUnit.MILLISECONDS))
                        .thenCompose(later -> sender.send(WebSocketSend.text(received.text())))))
                .port(0)
                .start();
        client = Http2Client.open(server);
        client.connectWebSocket(1, "/");
        assertThat(client.head(1).status()).isEqualTo(200);
        sendMessageAndEnd();

        assertThat(client.webSocketFrame(1).text()).isEqualTo("hi");
        assertThat(client.webSocketFrame(1).closeCode()).isEqualTo(1000);
        assertThat(client.ends(1)).isTrue();
    }

    @Test
    @DisplayName(
            "P2: the stream ends at the close time-out if the application does not handle a message before its end")
    void endsAtTheCloseTimeOut() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        server = ServersWithoutLifespan.builder(Apps.webSocket((received, sender) -> {
                    message.complete(received.text());
                    return decide;
                }))
                .port(0)
                .timeouts(ServerTimeouts.defaults()
                        .withClose(Duration.ofSeconds(7))
                        .withClock(now::get))
                .start();
        client = Http2Client.open(server);
        client.connectWebSocket(1, "/");
        assertThat(client.head(1).status()).isEqualTo(200);
        sendMessageAndEnd();
        message.join();
        CompletableFuture<Http2Client.Frame> end = CompletableFuture.supplyAsync(() -> client.next(1));
        await().until(() -> {
            now.updateAndGet(time -> time.plusSeconds(1));
            return end.isDone();
        });

        assertThat(end.join().type()).isEqualTo(DATA);
        assertThat(now.get()).isAfter(Instant.EPOCH.plusSeconds(7));
        assertThat(client.ends(1)).isTrue();
    }
}
