package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Event;
import io.channels4j.OverloadedException;
import io.channels4j.Scope;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketSend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CloseTest {

    private final CompletableFuture<Event> last = new CompletableFuture<>();
    private NettyServer server;
    private RawClient client;

    private RawClient open(Application application) {
        server = ServersWithoutLifespan.builder(application)
                .port(0)
                .timeouts(ServerTimeouts.defaults().withClose(Duration.ofMillis(200)))
                .start();
        client = RawClient.open(server, "/");
        return client;
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private WebSocketDisconnect disconnect() throws Exception {
        return (WebSocketDisconnect) last.get(10, TimeUnit.SECONDS);
    }

    private Application recordingDisconnect() {
        return Apps.script(socket -> {
            socket.send(new WebSocketAccept());
            socket.next();
            last.complete(socket.next());
        });
    }

    private Application closingWith(CloseStatus status) {
        return Apps.script(socket -> {
            socket.send(new WebSocketAccept());
            socket.send(new WebSocketClose(status));
            socket.next();
            last.complete(socket.next());
        });
    }

    @Test
    void deliversTheCodeAndReasonOfThePeer() throws Exception {
        open(recordingDisconnect()).closeFrame(4001, "bye é");

        assertThat(disconnect()).isEqualTo(new WebSocketDisconnect(4001, "bye é"));
    }

    @Test
    @DisplayName("RFC 6455 §7.1.1: the server closes TCP first, without waiting for the peer")
    void closesTcpImmediatelyAfterBothCloseFrames() throws Exception {
        CompletableFuture<Integer> closed = new CompletableFuture<>();
        server = ServersWithoutLifespan.builder(recordingDisconnect())
                .port(0)
                .timeouts(ServerTimeouts.defaults().withClock(() -> Instant.EPOCH)) // no time-out ever expires
                .listeners(new ServerListener() {
                    @Override
                    public void closed(Scope scope, ConnectionSummary summary) {
                        closed.complete(summary.status());
                    }
                })
                .start();
        client = RawClient.open(server, "/").closeFrame(1000, "");

        assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo(1000);
    }

    @Test
    void delivers1005ForACloseFrameWithoutACode() throws Exception {
        open(recordingDisconnect()).frame(0x88, new byte[0]);

        assertThat(disconnect()).isEqualTo(new WebSocketDisconnect(1005, ""));
    }

    @Test
    void delivers1006ForADisconnectWithoutACloseFrame() throws Exception {
        open(recordingDisconnect()).close();

        assertThat(disconnect()).isEqualTo(new WebSocketDisconnect(1006, ""));
    }

    @Test
    void delivers1006AndTheFailureForAConnectionReset() throws Exception {
        open(recordingDisconnect()).reset();

        assertThat(disconnect().code()).isEqualTo(1006);
        assertThat(disconnect().failure()).isInstanceOf(java.io.IOException.class);
    }

    @Test
    void delivers1006AndTheFailureForAProtocolViolation() throws Exception {
        open(recordingDisconnect()).frame(0x83, new byte[0]);

        assertThat(disconnect().code()).isEqualTo(1006);
        assertThat(disconnect().reason()).isEqualTo("opcode 3 is reserved");
        assertThat(disconnect().failure()).isNotNull();
    }

    @Test
    void sendsTheApplicationsCodeAndReason() throws Exception {
        open(closingWith(new CloseStatus(4002, "enough")));
        RawClient.Frame close = client.frame();

        assertThat(close.closeCode()).isEqualTo(4002);
        assertThat(close.closeReason()).isEqualTo("enough");
    }

    @Test
    void closesConnectionAfterThePeersCloseFrame() throws Exception {
        open(closingWith(CloseStatus.GOING_AWAY));
        client.frame();
        client.closeFrame(1001, "");

        assertThat(client.ended()).isTrue();
        assertThat(disconnect()).isEqualTo(new WebSocketDisconnect(1001, ""));
    }

    @Test
    void discardsMessagesAfterItsOwnCloseFrame() throws Exception {
        open(closingWith(CloseStatus.NORMAL));
        client.frame();
        client.text("late").frame(0x89, new byte[0]).closeFrame(1000, "");

        assertThat(client.ended()).isTrue();
        assertThat(disconnect()).isEqualTo(new WebSocketDisconnect(1000, ""));
    }

    @Test
    void closesConnectionIfThePeerSendsNoCloseFrame() throws Exception {
        open(closingWith(CloseStatus.NORMAL));
        client.frame();

        assertThat(client.ended()).isTrue();
        assertThat(disconnect().code()).isEqualTo(1006);
    }

    @Test
    void rejectsASendOnAClosedConnection() throws Exception {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        open(Apps.script(socket -> {
            socket.send(new WebSocketAccept());
            socket.next();
            socket.next();
            socket.sender().send(WebSocketSend.text("x")).whenComplete((sent, failure) -> refused.complete(failure));
        }));
        client.closeFrame(1001, "going away");

        assertThat(refused.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ConnectionClosedException.class)
                .hasMessage("send: connection is closed (1001 going away, by the peer); nothing was sent");
    }

    @Test
    void deliversAllMessagesBeforeTheDisconnect() throws Exception {
        CompletableFuture<Void> proceed = new CompletableFuture<>();
        StringBuilder received = new StringBuilder();
        open(Apps.script(socket -> {
            socket.send(new WebSocketAccept());
            socket.next();
            proceed.join();
            for (Event event = socket.next(); ; event = socket.next()) {
                if (event instanceof WebSocketReceive message) {
                    received.append(message.text());
                } else {
                    last.complete(event);
                    return;
                }
            }
        }));
        client.text("a").text("b").text("c").closeFrame(1000, "");
        proceed.complete(null);

        assertThat(disconnect().code()).isEqualTo(1000);
        assertThat(received).hasToString("abc");
    }

    @Test
    void completesTheClosedStageWhenTheTransportCloses() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        open((scope, receiver, sender) -> {
            scope.closed().thenRun(() -> closed.complete(null));
            return sender.send(new WebSocketAccept()).thenCompose(sent -> closed);
        });
        client.close();

        closed.get(10, TimeUnit.SECONDS);
        assertThat(closed).isCompleted();
    }

    @Test
    @DisplayName("P7: a failed application causes close code 1011 without a reason")
    void closesWith1011WhenTheApplicationFails() {
        open((scope, receiver, sender) -> sender.send(new WebSocketAccept())
                .thenCompose(sent -> CompletableFuture.failedFuture(new IllegalStateException("secret"))));
        RawClient.Frame close = client.frame();

        assertThat(close.closeCode()).isEqualTo(1011);
        assertThat(close.closeReason()).isEmpty();
    }

    @Test
    void closesWith1013WhenTheApplicationIsOverloaded() {
        open((scope, receiver, sender) -> sender.send(new WebSocketAccept())
                .thenCompose(sent -> CompletableFuture.failedFuture(new OverloadedException("no threads"))));

        assertThat(client.frame().closeCode()).isEqualTo(1013);
    }

    @Test
    void closesWith1000WhenTheApplicationEnds() {
        open((scope, receiver, sender) -> sender.send(new WebSocketAccept()));

        assertThat(client.frame().closeCode()).isEqualTo(1000);
    }

    @Test
    void sendsAdmittedMessagesBeforeTheCloseFrame() {
        byte[] big = "x".repeat(500_000).getBytes(StandardCharsets.UTF_8);
        open(Apps.script(socket -> {
            socket.send(new WebSocketAccept());
            socket.sender().send(WebSocketSend.text(big));
            socket.sender().send(WebSocketSend.text(big));
            socket.send(new WebSocketClose(CloseStatus.NORMAL));
            socket.next();
            socket.next();
        }));

        assertThat(client.frame().payload()).hasSize(500_000);
        assertThat(client.frame().payload()).hasSize(500_000);
        assertThat(client.frame().closeCode()).isEqualTo(1000);
    }

    @Test
    void closesWith1012WhenTheServerCloses() throws Exception {
        open(recordingDisconnect());
        CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);

        assertThat(client.frame().closeCode()).isEqualTo(1012);
        client.closeFrame(1012, "");
        closing.get(10, TimeUnit.SECONDS);
        assertThat(disconnect().code()).isEqualTo(1012);
    }
}
