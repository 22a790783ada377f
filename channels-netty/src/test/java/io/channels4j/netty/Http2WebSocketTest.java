package io.channels4j.netty;

import static io.channels4j.netty.Http2Client.RST_STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Sender;
import io.channels4j.netty.settings.CompressionSettings;
import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketSend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests WebSockets on HTTP/2 streams (RFC 8441). */
class Http2WebSocketTest extends Http2WebSocketFixture {

    private static final int INITIAL_WINDOW_SIZE = 4;

    @Test
    void echoesTextAndBinary() {
        connect(Apps.echo());
        client.connectWebSocket(1, "/").head(1);

        assertThat(client.text(1, "grüße").webSocketFrame(1).text()).isEqualTo("grüße");
        client.data(1, RawClient.frameBytes(0x82, new byte[] {1, 2, 3}), false);
        assertThat(client.webSocketFrame(1).payload()).containsExactly(1, 2, 3);
    }

    @Test
    void servesManyWebSocketsOnOneConnection() {
        connect(Apps.echo());
        for (int stream = 1; stream < 100; stream += 2) {
            client.connectWebSocket(stream, "/").head(stream);
        }
        for (int stream = 1; stream < 100; stream += 2) {
            client.text(stream, "to " + stream);
        }
        for (int stream = 99; stream > 0; stream -= 2) {
            assertThat(client.webSocketFrame(stream).text()).isEqualTo("to " + stream);
        }
    }

    @Test
    void frameMaySpanSeveralDataFrames() {
        connect(Apps.echo());
        client.connectWebSocket(1, "/").head(1);
        for (byte b : RawClient.frameBytes(0x81, "in pieces".getBytes(StandardCharsets.US_ASCII))) {
            client.data(1, new byte[] {b}, false);
        }

        assertThat(client.webSocketFrame(1).text()).isEqualTo("in pieces");
    }

    @Test
    void readsFramesThatAreSentWithTheHandshake() {
        connect(Apps.echo());
        client.connectWebSocket(1, "/").text(1, "early");

        assertThat(client.head(1).status()).isEqualTo(200);
        assertThat(client.webSocketFrame(1).text()).isEqualTo("early");
    }

    @Test
    void answersPing() {
        connect(Apps.echo());
        client.connectWebSocket(1, "/").head(1);
        client.data(1, RawClient.frameBytes(0x89, new byte[] {7}), false);
        RawClient.Frame pong = client.webSocketFrame(1);

        assertThat(pong.opcode()).isEqualTo(10);
        assertThat(pong.payload()).containsExactly(7);
    }

    @Test
    void compressesWhenNegotiated() {
        connect(ServersWithoutLifespan.builder(Apps.echo())
                .compression(CompressionSettings.defaults().withThresholdBytes(0)));
        Http2Client.Response response = client.connectWebSocket(
                        1, "/", "sec-websocket-extensions", "permessage-deflate")
                .head(1);
        client.text(1, "x".repeat(1000));
        RawClient.Frame frame = client.webSocketFrame(1);

        assertThat(response.header("sec-websocket-extensions")).startsWith("permessage-deflate");
        assertThat(frame.reserved()).isEqualTo(4);
        assertThat(frame.payload()).hasSizeLessThan(100);
    }

    @Test
    @DisplayName("RFC 6455 §5.1: an unmasked frame is a protocol error on HTTP/2, too")
    void unmaskedFrameIsAProtocolError() {
        connect(Apps.echo());
        client.connectWebSocket(1, "/").head(1);
        client.data(1, new byte[] {(byte) 0x81, 1, 'x'}, false);

        assertThat(client.webSocketFrame(1).closeCode()).isEqualTo(1002);
        assertThat(client.ends(1)).isTrue();
    }

    @Test
    void refusesTooLongMessage() {
        connect(ServersWithoutLifespan.builder(Apps.echo())
                .limits(ServerLimits.defaults().withMaxMessageBytes(10)));
        client.connectWebSocket(1, "/").head(1);
        client.text(1, "x".repeat(11));

        assertThat(client.webSocketFrame(1).closeCode()).isEqualTo(1009);
    }

    // ---- close ----

    @Test
    @DisplayName("RFC 8441 §5: the stream ends after the close handshake")
    void streamEndsAfterTheCloseHandshake() throws Exception {
        connect(accepting());
        client.connectWebSocket(1, "/").head(1);
        client.data(1, RawClient.frameBytes(0x88, new byte[] {0x0f, (byte) 0xa1}), false);

        assertThat(client.webSocketFrame(1).closeCode()).isEqualTo(4001);
        assertThat(client.ends(1)).isTrue();
        assertThat(disconnect().code()).isEqualTo(4001);
    }

    @Test
    void streamMayEndWithTheCloseFrame() throws Exception {
        connect(accepting());
        client.connectWebSocket(1, "/").head(1);
        client.data(1, RawClient.frameBytes(0x88, new byte[] {3, (byte) 0xe8}), true);

        assertThat(client.webSocketFrame(1).closeCode()).isEqualTo(1000);
        assertThat(client.ends(1)).isTrue();
        assertThat(disconnect().code()).isEqualTo(1000);
    }

    @Test
    @DisplayName("RFC 6455 §5.5.1: a close frame is answered even if the stream ends before the application reads it")
    void answersTheCloseFrameOfAnEndedStreamOnceItIsRead() throws Exception {
        CompletableFuture<Void> reading = new CompletableFuture<>();
        CompletableFuture<String> message = new CompletableFuture<>();
        connect(Apps.script(socket -> {
            socket.next();
            socket.send(new WebSocketAccept());
            reading.get(10, TimeUnit.SECONDS);
            message.complete(((WebSocketReceive) socket.next()).text());
            last.complete(socket.next());
        }));
        client.connectWebSocket(1, "/").head(1);
        client.text(1, "read late").data(1, RawClient.frameBytes(0x88, new byte[] {3, (byte) 0xe8}), true);
        client.frame(Http2Client.PING, 0, 0, new byte[8]).await(Http2Client.PING); // all data has arrived
        reading.complete(null);

        assertThat(message.get(10, TimeUnit.SECONDS)).isEqualTo("read late");
        assertThat(disconnect().code()).isEqualTo(1000);
        assertThat(client.webSocketFrame(1).closeCode()).isEqualTo(1000);
        assertThat(client.ends(1)).isTrue();
    }

    @Test
    void closesWithCodeAndReason() throws Exception {
        connect(Apps.script(socket -> {
            socket.next();
            socket.send(new WebSocketAccept());
            socket.send(new WebSocketClose(CloseStatus.of(4000).because("enough")));
            last.complete(socket.next());
        }));
        client.connectWebSocket(1, "/").head(1);
        RawClient.Frame close = client.webSocketFrame(1);
        client.data(1, RawClient.frameBytes(0x88, new byte[] {0x0f, (byte) 0xa0}), true);

        assertThat(close.closeCode()).isEqualTo(4000);
        assertThat(close.closeReason()).isEqualTo("enough");
        assertThat(client.ends(1)).isTrue();
        assertThat(disconnect().code()).isEqualTo(4000);
    }

    @Test
    @DisplayName("RFC 8441 §5: the end of the stream without a close frame is reported as code 1006")
    void endOfStreamWithoutCloseFrameIs1006() throws Exception {
        connect(accepting());
        client.connectWebSocket(1, "/").head(1);
        client.data(1, "", true);

        assertThat(disconnect().code()).isEqualTo(1006);
        assertThat(client.ends(1)).isTrue();
    }

    @Test
    @DisplayName("RFC 8441 §5: a reset of the stream is reported as code 1006")
    void resetOfTheStreamIs1006() throws Exception {
        connect(accepting());
        client.connectWebSocket(1, "/").head(1);
        client.reset(1, Http2Client.CANCEL);

        assertThat(disconnect().code()).isEqualTo(1006);
    }

    @Test
    void lossOfTheConnectionEndsEveryStream() throws Exception {
        connect(accepting());
        client.connectWebSocket(1, "/").head(1);
        client.close();

        assertThat(disconnect().code()).isEqualTo(1006);
    }

    @Test
    void streamErrorEndsThatStreamOnly() throws Exception {
        connect(accepting());
        client.connectWebSocket(1, "/").head(1);
        client.window(1, 0);

        Http2Client.Frame reset = client.next(1);
        assertThat(reset.type()).isEqualTo(RST_STREAM);
        assertThat(reset.error()).isEqualTo(Http2Client.PROTOCOL_ERROR);
        assertThat(disconnect().code()).isEqualTo(1006);
        assertThat(client.connectWebSocket(3, "/").head(3).status()).isEqualTo(200);
    }

    @Test
    void pingsIdleClientAndEndsTheStreamOfDeadOne() throws Exception {
        connect(ServersWithoutLifespan.builder(accepting())
                .timeouts(ServerTimeouts.defaults()
                        .withPingInterval(Duration.ofMillis(50))
                        .withPingTimeout(Duration.ofMillis(500))));
        client.connectWebSocket(1, "/").head(1);

        assertThat(client.webSocketFrame(1).opcode()).isEqualTo(9);
        assertThat(client.next(1).error()).isEqualTo(Http2Client.CANCEL);
        assertThat(disconnect().reason()).isEqualTo("nothing came from the peer within PT0.5S after a ping");
    }

    // ---- slow clients ----

    @Test
    @DisplayName("P3: the slow-consumer policy ends a stream whose window stays closed, and no other")
    void endsStreamWhoseWindowStaysClosed() throws Exception {
        connect(
                ServersWithoutLifespan.builder(accepting())
                        .outbound(OutboundSettings.defaults().withMaxBytes(200_000)),
                INITIAL_WINDOW_SIZE,
                100);
        client.connectWebSocket(1, "/").head(1);
        Sender slow = sender.get(10, TimeUnit.SECONDS);
        client.connectWebSocket(3, "/other").head(3);
        for (int i = 0; i < 10; i++) {
            slow.send(WebSocketSend.binary(new byte[50_000]));
        }

        assertThat(disconnect().reason()).contains("too slow");
        assertThat(client.get(5, "/").head(5).status()).isEqualTo(500); // the connection is still alive
    }

    @Test
    void sendCompletesWhenTheWindowOpens() throws Exception {
        connect(
                ServersWithoutLifespan.builder(accepting())
                        .outbound(OutboundSettings.defaults().withMaxBytes(1_000_000)),
                INITIAL_WINDOW_SIZE,
                0);
        client.connectWebSocket(1, "/").head(1);
        CompletableFuture<Void> sent = sender.get(10, TimeUnit.SECONDS)
                .send(WebSocketSend.binary(new byte[300_000]))
                .toCompletableFuture();
        assertThat(client.get(3, "/").head(3)).isNotNull();
        assertThat(sent).isNotDone();
        client.window(0, 1_000_000).window(1, 1_000_000);

        assertThat(client.webSocketFrame(1).payload()).hasSize(300_000);
        assertThat(sent).succeedsWithin(Duration.ofSeconds(10));
    }
}
