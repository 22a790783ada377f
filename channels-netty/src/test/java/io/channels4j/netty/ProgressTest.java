package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.http.HttpDisconnect;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketSend;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests, over sockets, that peers must make progress. {@code ProgressWatchTest} tests the rule itself. */
class ProgressTest {

    private static final int SMALL_BUFFER = 4096;
    private static final byte[] KIB_64 = new byte[64 * 1024];

    private final TickingClock clock = new TickingClock();
    private final CompletableFuture<Throwable> failed = new CompletableFuture<>();
    private final CompletableFuture<Event> last = new CompletableFuture<>();
    private NettyServer server;

    private NettyServer start(Application application) {
        server = clock.configure(NettyServer.builder(application)).start();
        return server;
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Sends an event repeatedly until a send fails, and then receives the last event. */
    private void sendsForEver(Apps.Conversation peer, Event part) {
        try {
            while (true) {
                peer.send(part);
            }
        } catch (CompletionException e) {
            failed.complete(e.getCause());
        }
        last.complete(peer.next());
    }

    private void streams(Apps.Conversation http) {
        if (http.scope().path().equals("/short")) {
            http.respond(200, Headers.empty(), "short");
            return;
        }
        http.body();
        http.send(new HttpResponseStart(200, Headers.empty()));
        sendsForEver(http, new HttpResponseBody(KIB_64, true));
    }

    private void assertCutForOutput() throws Exception {
        int seconds = clock.secondsUntil(failed::isDone, () -> {});

        assertThat(seconds).isBetween(20, 30);
        assertThat(failed.get()).isInstanceOf(ConnectionClosedException.class);
    }

    // ---- output ----

    @Test
    @DisplayName("P3: a WebSocket whose peer does not read is closed after 20 s, and a waiting sender fails")
    void cutsWebSocketThatDoesNotRead() throws Exception {
        start(Apps.script(socket -> {
            socket.next();
            socket.send(new WebSocketAccept());
            sendsForEver(socket, WebSocketSend.binary(KIB_64));
        }));
        try (RawClient client = new RawClient(server.localAddress(), SMALL_BUFFER)) {
            client.handshake("/");
            assertCutForOutput();

            WebSocketDisconnect disconnect = (WebSocketDisconnect) last.get(10, TimeUnit.SECONDS);
            assertThat(disconnect.reason()).startsWith("the peer is too slow: the output made no progress");
        }
    }

    @Test
    @DisplayName("P3, P4: an HTTP/1.1 client that does not read is disconnected after 20 s, and its blocking writer"
            + " released")
    void cutsHttp1ClientThatDoesNotRead() throws Exception {
        start(Apps.script(this::streams));
        try (RawClient client = new RawClient(server.localAddress(), SMALL_BUFFER)) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertCutForOutput();

            HttpDisconnect disconnect = (HttpDisconnect) last.get(10, TimeUnit.SECONDS);
            assertThat(disconnect.cause().orElseThrow()).hasMessageStartingWith("the peer is too slow: the response");
        }
    }

    @Test
    @DisplayName("P3: an HTTP/2 stream whose window stays closed is reset after 20 s, and other streams continue")
    void cutsStreamWithAClosedWindow() throws Exception {
        start(Apps.script(this::streams));
        try (Http2Client client = Http2Client.open(server, 4, 0)) {
            client.get(1, "/").head(1);
            assertCutForOutput();

            assertThat(client.next(1).error()).isEqualTo(Http2Client.CANCEL);
            assertThat(client.get(3, "/short").head(3).status()).isEqualTo(200);
        }
    }

    @Test
    @DisplayName("P3: an HTTP/2 client that opens all windows and does not read is disconnected after 20 s")
    void cutsHttp2ClientThatDoesNotRead() throws Exception {
        start(Apps.script(this::streams));
        try (Http2Client client = Http2Client.open(server, 4, Integer.MAX_VALUE)) {
            client.window(0, 1 << 30).get(1, "/");

            assertCutForOutput();
        }
    }

    @Test
    @DisplayName("P3: a member that does not read is disconnected although its consumer uses send, and the others miss"
            + " nothing")
    @SuppressWarnings("try") // the clients only receive
    void cutsSlowMemberWithOrdinarySends() throws Exception {
        AtomicInteger received = new AtomicInteger();
        CompletableFuture<Void> left = new CompletableFuture<>();
        class Member extends AsyncWebsocketConsumer {

            @Override
            protected Set<String> groups() {
                return Set.of("room");
            }

            @Handles("said")
            CompletionStage<Void> said(Message message) {
                return send(message.getString("text"));
            }

            @Override
            protected CompletionStage<Void> disconnect(Disconnect why) {
                if (why.reason().startsWith("the peer is too slow")) {
                    left.complete(null);
                }
                return super.disconnect(why);
            }
        }
        try (InMemoryChannelLayer layer = InMemoryChannelLayer.create();
                NettyServer running = clock.configure(NettyServer.builder(Consumer.application(Member::new)))
                        .channelLayer(layer)
                        .start();
                RawClient slow = new RawClient(running.localAddress(), SMALL_BUFFER);
                ManyClients healthy =
                        new ManyClients(running.localAddress(), "/", 2, (number, text) -> received.incrementAndGet())) {
            server = running;
            assertThat(slow.handshake("/").status()).isEqualTo(101);
            AtomicInteger sent = new AtomicInteger();
            String text = "x".repeat(16 * 1024);
            int seconds = clock.secondsUntil(left::isDone, () -> {
                for (int i = 0; i < 40; i++) {
                    layer.groupSend("room", Message.of("said").with("text", text))
                            .toCompletableFuture()
                            .join();
                    sent.incrementAndGet();
                }
                await().until(() -> received.get() == 2 * sent.get());
            });

            assertThat(seconds).isBetween(20, 60);
        }
    }

    // ---- input ----

    @Test
    @DisplayName("P3: a message kept incomplete by pongs is closed with 1013 after 20 s")
    void cutsIncompleteMessage() throws Exception {
        start(Apps.script(socket -> {
            socket.next();
            socket.send(new WebSocketAccept());
            last.complete(socket.next());
        }));
        try (RawClient client = RawClient.open(server, "/")) {
            client.frame(0x02, new byte[100]);
            int seconds = clock.secondsUntil(last::isDone, () -> client.frame(0x8a, new byte[0]));

            assertThat(seconds).isBetween(20, 30);
            assertThat(((WebSocketDisconnect) last.get()).reason())
                    .startsWith("the peer is too slow: an incomplete message");
            RawClient.Frame close = client.frame();
            assertThat(close.closeCode()).isEqualTo(1013);
            assertThat(close.closeReason()).isEqualTo("too slow");
        }
    }

    @Test
    @DisplayName("P3: a message that arrives at one byte per second is closed after 30 s")
    void cutsDrippedMessage() throws Exception {
        start(Apps.script(socket -> {
            socket.next();
            socket.send(new WebSocketAccept());
            last.complete(socket.next());
        }));
        try (RawClient client = RawClient.open(server, "/")) {
            client.send(new byte[] {(byte) 0x82, (byte) 0xfe, 0x7f, 0, 0, 0, 0, 0});
            int seconds = clock.secondsUntil(last::isDone, () -> client.send(new byte[1]));

            assertThat(seconds).isBetween(29, 45);
        }
    }

    @Test
    @DisplayName("P3: a device that sends a message at 300 bytes per second, with a pause of 15 s, stays connected")
    void keepsSlowMessage() {
        start(Apps.echo());
        try (RawClient client = RawClient.open(server, "/")) {
            byte[] frame = RawClient.frameBytes(0x82, new byte[30_000]);
            for (int from = 0; from < frame.length; from += 300) {
                client.send(Arrays.copyOfRange(frame, from, Math.min(frame.length, from + 300)));
                for (int second = from == 15_000 ? 15 : 1; second > 0; second--) {
                    clock.second();
                }
            }
            RawClient.Frame answer = client.frame();
            while (answer.opcode() == 9) {
                answer = client.frame();
            }

            assertThat(answer.payload()).hasSize(30_000);
        }
    }

    @Test
    @DisplayName("P3: a request body that arrives at one byte per second is answered with 408 after 30 s")
    void cutsDrippedBody() throws Exception {
        start(Apps.script(http -> {
            http.body();
            last.complete(new HttpDisconnect());
        }));
        try (RawClient client = new RawClient(server.localAddress())) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n");
            int seconds = clock.secondsUntil(last::isDone, () -> client.send("a"));

            assertThat(seconds).isBetween(29, 45);
            assertThat(client.response("POST").status()).isEqualTo(408);
        }
    }

    @Test
    @DisplayName("P3: a chunk header that never ends is answered with 408 after 20 s")
    void cutsDrippedChunkHeader() throws Exception {
        start(Apps.script(http -> {
            http.body();
            last.complete(new HttpDisconnect());
        }));
        try (RawClient client = new RawClient(server.localAddress())) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5");
            int seconds = clock.secondsUntil(last::isDone, () -> client.send(";a"));

            assertThat(seconds).isBetween(20, 45);
            assertThat(client.response("POST").status()).isEqualTo(408);
        }
    }

    @Test
    @DisplayName("P3: a request body at 300 bytes per second is received")
    void keepsSlowBody() {
        start(Apps.script(
                http -> http.respond(200, Headers.empty(), "" + http.body().length())));
        try (RawClient client = new RawClient(server.localAddress())) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 30000\r\n\r\n");
            for (int sent = 0; sent < 30_000; sent += 300) {
                client.send("a".repeat(300));
                clock.second();
            }

            assertThat(client.response("POST").body()).isEqualTo("30000");
        }
    }

    @Test
    @DisplayName("P3: time in which the server does not read a body is not counted")
    void doesNotCountTimeInWhichTheApplicationDoesNotRead() throws Exception {
        CompletableFuture<Void> reads = new CompletableFuture<>();
        start(Apps.script(http -> {
            reads.join();
            http.respond(200, Headers.empty(), "" + http.body().length());
        }));
        try (RawClient client = new RawClient(server.localAddress())) {
            client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n" + "a".repeat(500));
            for (int second = 0; second < 50; second++) {
                clock.second();
            }
            reads.complete(null);
            client.send("a".repeat(500));

            assertThat(client.response("POST").body()).isEqualTo("1000");
        }
    }

    @Test
    @DisplayName("P3: an HTTP/2 request body that stops is answered with 408 after 20 s")
    void cutsIncompleteBodyOfAStream() throws Exception {
        start(Apps.script(http -> {
            http.body();
            last.complete(new HttpDisconnect());
        }));
        try (Http2Client client = Http2Client.open(server)) {
            client.post(1, "/").data(1, new byte[100], false);
            int seconds = clock.secondsUntil(last::isDone, () -> {});

            assertThat(seconds).isBetween(20, 30);
            assertThat(client.head(1).status()).isEqualTo(408);
        }
    }

    // ---- slow but steady ----

    @Test
    @DisplayName("P3: an HTTP/2 client that opens the window by 8000 bytes per second receives everything")
    void keepsStreamWithASlowWindow() {
        start(Apps.script(http -> http.respond(200, Headers.empty(), "a".repeat(500_000))));
        try (Http2Client client = Http2Client.open(server, 4, 0)) {
            client.window(0, 1_000_000).get(1, "/").head(1);
            int bytes = 0;
            while (bytes < 500_000) {
                client.window(1, 8000);
                int until = Math.min(500_000, bytes + 8000);
                while (bytes < until) {
                    bytes += client.next(1).payload().length;
                }
                clock.second();
            }

            assertThat(bytes).isEqualTo(500_000);
        }
    }

    @Test
    @DisplayName(
            "P3: a client on a line of 64 kbit/s receives a long response that ends its connection, without a warning")
    void keepsSlowDownload() {
        start(Apps.script(http -> http.respond(200, Headers.empty(), "a".repeat(1_000_000))));
        try (RawClient client = new RawClient(server.localAddress(), SMALL_BUFFER)) {
            client.send("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            client.readUntil("\r\n\r\n");
            for (int bytes = 0; bytes < 1_000_000; bytes += 8000) {
                client.skip(8000);
                clock.second();
            }

            assertThat(client.ended()).isTrue();
        }
    }
}
