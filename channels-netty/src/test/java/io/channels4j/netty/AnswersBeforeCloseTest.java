package io.channels4j.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.consumer.Consumer;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketSend;
import io.channels4j.websocket.WebsocketConsumer;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests messages that arrive in the same read as a subsequent close frame or violation. */
class AnswersBeforeCloseTest {

    private static final byte[] CLOSE = {3, (byte) 0xe8};

    private static final BlockingQueue<Integer> DISCONNECTS = new LinkedBlockingQueue<>();

    private NettyServer server;
    private RawClient client;

    /** The ways in which an application may handle a message. */
    private enum Echo {
        ON_THE_EVENT_LOOP {
            @Override
            Application application() {
                return Apps.echo();
            }
        },
        ON_ITS_OWN_THREAD {
            @Override
            Application application() {
                return Apps.script(AnswersBeforeCloseTest::echo);
            }
        },
        ASYNC_CONSUMER {
            @Override
            Application application() {
                return Consumer.application(AsyncEcho::new);
            }
        },
        ASYNC_CONSUMER_WITH_DELAY {
            @Override
            Application application() {
                return Consumer.application(DelayedEcho::new);
            }
        },
        BLOCKING_CONSUMER {
            @Override
            Application application() {
                return Consumer.application(BlockingEcho::new);
            }
        };

        abstract Application application();
    }

    private static void echo(Apps.Conversation socket) {
        socket.next();
        socket.send(new WebSocketAccept());
        for (Event event = socket.next(); event instanceof WebSocketReceive message; event = socket.next()) {
            socket.send(WebSocketSend.text(message.bytes()));
        }
    }

    private static class AsyncEcho extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return send(text);
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            DISCONNECTS.add(why.code().orElse(0));
            return super.disconnect(why);
        }
    }

    private static final class DelayedEcho extends AsyncEcho {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return CompletableFuture.runAsync(() -> {}, CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS))
                    .thenCompose(waited -> send(text));
        }
    }

    private static final class BlockingEcho extends WebsocketConsumer {

        @Override
        protected void receive(String text) {
            send(text);
        }

        @Override
        protected void disconnect(Disconnect why) {
            DISCONNECTS.add(why.code().orElse(0));
        }
    }

    private void open(Application application, ServerTimeouts timeouts) {
        server = ServersWithoutLifespan.builder(application)
                .port(0)
                .timeouts(timeouts)
                .start();
        client = RawClient.open(server, "/");
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
        DISCONNECTS.clear();
    }

    private static byte[] frames(int messages, byte[] last) {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < messages; i++) {
            frames.writeBytes(RawClient.frameBytes(0x81, ("message " + i).getBytes(UTF_8)));
        }
        frames.writeBytes(last);
        return frames.toByteArray();
    }

    private List<String> texts(int messages) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            RawClient.Frame frame = client.frame();
            assertThat(frame.opcode()).isEqualTo(1);
            texts.add(frame.text());
        }
        return texts;
    }

    private static List<String> sent(int messages) {
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            sent.add("message " + i);
        }
        return sent;
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("RFC 6455 §5.5.1: messages that arrive together with a close frame are answered before it")
    void answersMessagesBeforeTheCloseFrame(Echo echo) {
        open(echo.application(), ServerTimeouts.defaults());
        for (int messages : new int[] {1, 3, 20}) {
            try (RawClient each = RawClient.open(server, "/")) {
                client.close();
                client = each;
                client.send(frames(messages, RawClient.frameBytes(0x88, CLOSE)));

                assertThat(texts(messages)).isEqualTo(sent(messages));
                assertThat(client.frame().closeCode()).isEqualTo(1000);
                assertThat(client.ended()).isTrue();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("RFC 6455 §7.1.7: messages that arrive together with a violation are answered before it")
    void answersMessagesBeforeTheViolation(Echo echo) {
        open(echo.application(), ServerTimeouts.defaults());
        client.send(frames(2, RawClient.frameBytes(0xa1, "reserved bit".getBytes(UTF_8))));

        assertThat(texts(2)).isEqualTo(sent(2));
        assertThat(client.frame().closeCode()).isEqualTo(1002);
        assertThat(client.ended()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0xa1, 0xb1, 0xc1, 0x83, 0x84, 0x85, 0x8b, 0x8c, 0x8d, 0x80, 0x00, 0x09})
    @DisplayName("RFC 6455 §5.2: the message before a violation is answered first; nothing after the violation is read")
    void failsAfterTheAnswer(int firstByte) {
        open(Echo.ASYNC_CONSUMER.application(), ServerTimeouts.defaults());
        ByteArrayOutputStream violation = new ByteArrayOutputStream();
        violation.writeBytes(RawClient.frameBytes(firstByte, "x".getBytes(UTF_8)));
        violation.writeBytes(RawClient.frameBytes(0x89, new byte[0]));
        client.send(frames(1, violation.toByteArray()));

        assertThat(texts(1)).isEqualTo(sent(1));
        assertThat(client.frame().closeCode()).isEqualTo(1002);
        assertThat(client.ended()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"ASYNC_CONSUMER", "ASYNC_CONSUMER_WITH_DELAY", "BLOCKING_CONSUMER"})
    @DisplayName("P2: disconnect runs exactly once, with the peer's code, after the answers")
    void disconnectsOnceAfterTheAnswers(Echo echo) throws Exception {
        open(echo.application(), ServerTimeouts.defaults());
        client.send(frames(3, RawClient.frameBytes(0x88, new byte[] {0x0f, (byte) 0xa1})));

        texts(3);
        assertThat(client.frame().closeCode()).isEqualTo(4001);
        assertThat(client.ended()).isTrue();
        assertThat(DISCONNECTS.poll(10, TimeUnit.SECONDS)).isEqualTo(4001);
        server.close(); // waits for all applications
        assertThat(DISCONNECTS).isEmpty();
    }

    @Test
    void answersTheCloseFrameAfterTheTimeoutIfTheApplicationDoesNotFinish() {
        CompletableFuture<Void> never = new CompletableFuture<>();
        open(
                Apps.webSocket((message, sender) ->
                        sender.send(WebSocketSend.text("begun")).thenCompose(sent -> never)),
                ServerTimeouts.defaults().withClose(Duration.ofMillis(200)));
        client.send(frames(1, RawClient.frameBytes(0x88, CLOSE)));

        assertThat(client.frame().text()).isEqualTo("begun");
        assertThat(client.frame().closeCode()).isEqualTo(1000);
        assertThat(client.ended()).isTrue();
        never.complete(null);
    }

    @Test
    void answersACloseFrameOfItsOwnReadWhileTheApplicationIsBusy() throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> never = new CompletableFuture<>();
        open(
                Apps.webSocket((message, sender) -> {
                    begun.complete(null);
                    return never;
                }),
                ServerTimeouts.defaults());
        client.text("work");
        begun.get(10, TimeUnit.SECONDS);
        client.closeFrame(1000, "");

        assertThat(client.frame().closeCode()).isEqualTo(1000);
        assertThat(client.ended()).isTrue();
        assertThat(never).isNotDone();
        never.complete(null);
    }

    @Test
    void sendsTheApplicationsOwnCloseFrameIfItClosesFirst() throws Exception {
        CompletableFuture<Event> last = new CompletableFuture<>();
        open(
                Apps.script(socket -> {
                    socket.next();
                    socket.send(new WebSocketAccept());
                    socket.next();
                    socket.send(WebSocketSend.text("enough"));
                    socket.send(new WebSocketClose(new CloseStatus(4002, "")));
                    last.complete(socket.next());
                }),
                ServerTimeouts.defaults());
        client.send(frames(1, RawClient.frameBytes(0x88, CLOSE)));

        assertThat(client.frame().text()).isEqualTo("enough");
        assertThat(client.frame().closeCode()).isEqualTo(4002);
        assertThat(client.ended()).isTrue();
        assertThat(last.get(10, TimeUnit.SECONDS)).isEqualTo(new WebSocketDisconnect(1000, ""));
    }

    @Test
    void answersMessagesBeforeTheCloseFrameOfAnHttp2Stream() throws Exception {
        client = new RawClient(startFor(Echo.ASYNC_CONSUMER_WITH_DELAY).localAddress());
        try (Http2Client http2 = Http2Client.open(server)) {
            http2.connectWebSocket(1, "/").head(1);
            http2.data(1, frames(2, RawClient.frameBytes(0x88, CLOSE)), true);

            assertThat(http2.webSocketFrame(1).text()).isEqualTo("message 0");
            assertThat(http2.webSocketFrame(1).text()).isEqualTo("message 1");
            assertThat(http2.webSocketFrame(1).closeCode()).isEqualTo(1000);
            assertThat(http2.ends(1)).isTrue();
        }
    }

    @Test
    @DisplayName("P3: a client that closes but does not read the answers is disconnected")
    void cutsAClientThatDoesNotReadTheAnswers() throws Exception {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        byte[] answer = new byte[256 * 1024];
        server = ServersWithoutLifespan.builder(Apps.script(socket -> {
                    socket.next();
                    socket.send(new WebSocketAccept());
                    socket.next();
                    for (int i = 0; i < 100; i++) {
                        socket.sender().send(WebSocketSend.binary(answer));
                    }
                    DISCONNECTS.add(((WebSocketDisconnect) socket.next()).code());
                }))
                .port(0)
                .listeners(new ServerListener() {
                    @Override
                    public void closed(Scope scope, ConnectionSummary summary) {
                        status.complete(summary.status());
                    }
                })
                .start();
        client = new RawClient(server.localAddress(), 4096);
        client.handshake("/");
        client.send(frames(1, RawClient.frameBytes(0x88, CLOSE)));

        assertThat(status.get(10, TimeUnit.SECONDS)).isEqualTo(1013);
        assertThat(DISCONNECTS.poll(10, TimeUnit.SECONDS)).isEqualTo(1000);
    }

    private NettyServer startFor(Echo echo) {
        server = ServersWithoutLifespan.builder(echo.application()).port(0).start();
        return server;
    }
}
