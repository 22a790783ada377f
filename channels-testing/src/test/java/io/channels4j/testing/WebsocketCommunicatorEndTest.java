package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.concurrent.Blocking;
import io.channels4j.concurrent.NonBlocking;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebSocketSend;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the server side of a communicator: the order of events and the end of connections. */
class WebsocketCommunicatorEndTest {

    private static final Application ECHO = SequentialConnection.application(connection -> {
        connection.receive(WebSocketConnect.class);
        connection.send(new WebSocketAccept());
        while (connection.receive() instanceof WebSocketReceive message) {
            connection.send(
                    message.isText() ? WebSocketSend.text(message.bytes()) : WebSocketSend.binary(message.bytes()));
        }
    });

    private static WebsocketCommunicator connected(Application application) {
        WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    @Test
    void disconnectPassesTheCode() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            seen.add(connection.receive());
        });
        try (WebsocketCommunicator peer = connected(application)) {
            peer.disconnect(4000);
        }

        assertThat(seen).containsExactly(new WebSocketDisconnect(4000, ""));
    }

    @Test
    void disconnectIsNormalByDefault() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            seen.add(connection.receive());
        });
        try (WebsocketCommunicator peer = connected(application)) {
            peer.disconnect();
        }

        assertThat(seen).containsExactly(new WebSocketDisconnect(1000, ""));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1015, 2000, 5000})
    void disconnectRejectsCodesThatPeersCannotSend(int code) {
        try (WebsocketCommunicator peer = connected(ECHO)) {
            assertThatThrownBy(() -> peer.disconnect(code))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(Integer.toString(code));
        }
    }

    @Test
    void closeDisconnectsWithGoingAway() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            seen.add(connection.receive());
        });

        connected(application).close();

        assertThat(seen).containsExactly(new WebSocketDisconnect(1001, ""));
    }

    @Test
    void closeWithoutConnectSendsNothing() {
        WebsocketCommunicator.builder(ECHO, "/").build().close();
    }

    @Test
    void peerEchoesTheApplicationsCloseOnce() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        AtomicReference<CompletionStage<Event>> afterLast = new AtomicReference<>();
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            connection.send(new WebSocketClose(CloseStatus.of(4007)));
            seen.add(connection.receive());
            afterLast.set(connection.receiver().receive());
        });
        try (WebsocketCommunicator peer = connected(application)) {
            peer.receiveClose();
            peer.disconnect();
        }

        assertThat(seen).containsExactly(new WebSocketDisconnect(4007, ""));
        assertThat(afterLast.get().toCompletableFuture()).isNotDone();
    }

    @Test
    void rejectedConnectionIsDisconnected() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketClose(CloseStatus.NORMAL));
            seen.add(connection.receive());
        });
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build()) {
            peer.connect();
        }

        assertThat(seen).containsExactly(new WebSocketDisconnect(1006, ""));
    }

    @Test
    void scopeReportsTheEnd() throws Exception {
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Application application = (scope, receiver, sender) -> {
            scope.closed().thenRun(() -> closed.complete(null));
            return ECHO.handle(scope, receiver, sender);
        };
        try (WebsocketCommunicator peer = connected(application)) {
            assertThat(closed).isNotDone();

            peer.disconnect();

            assertThat(closed).succeedsWithin(Duration.ofSeconds(20));
        }
    }

    @Test
    void applicationThatDoesNotEndFailsDisconnect() {
        CompletableFuture<Void> never = new CompletableFuture<>();
        Application application = (scope, receiver, sender) -> {
            sender.send(new WebSocketAccept());
            return never;
        };
        WebsocketCommunicator peer = WebsocketCommunicator.builder(application, "/")
                .timeout(Duration.ofMillis(500))
                .build();
        peer.connect();

        assertThatThrownBy(peer::disconnect)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("disconnect: the application is still running after 500 ms");
        never.complete(null);
        peer.close();
    }

    @Test
    void sendToBeforeConnectFails() {
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(ECHO, "/").build()) {
            assertThatThrownBy(() -> peer.sendTo("hello"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("sendTo: connect() was not called");
        }
    }

    @Test
    void sendToAfterDisconnectFails() {
        try (WebsocketCommunicator peer = connected(ECHO)) {
            peer.disconnect();

            assertThatThrownBy(() -> peer.sendTo("hello"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("sendTo: this side has closed the connection");
        }
    }

    @Test
    void dropsAMessageSentAfterTheApplicationClosed() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            connection.send(new WebSocketClose(CloseStatus.NORMAL));
            seen.add(connection.receive());
        });
        try (WebsocketCommunicator peer = connected(application)) {
            peer.receiveClose();

            peer.sendTo("hello");
        }

        assertThat(seen).containsExactly(new WebSocketDisconnect(1000, ""));
    }

    @Test
    void lastEventFollowsEarlierMessages() {
        BlockingQueue<Event> seen = new LinkedBlockingQueue<>();
        CountDownLatch gone = new CountDownLatch(1);
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            Blocking.await(connection.scope().closed());
            gone.countDown();
            Event event;
            do {
                event = connection.receive();
                seen.add(event);
            } while (!(event instanceof WebSocketDisconnect));
        });
        try (WebsocketCommunicator peer = connected(application)) {
            peer.sendTo("one");
            peer.sendTo("two");
            peer.disconnect();
        }

        assertThat(gone.getCount()).isZero();
        assertThat(seen).hasSize(3).last().isEqualTo(new WebSocketDisconnect(1000, ""));
    }

    @Test
    void availableEventIsReceivedImmediately() throws Exception {
        CompletableFuture<Class<?>> answer = new CompletableFuture<>();
        Application application = SequentialConnection.application(connection -> {
            CompletionStage<Event> first = connection.receiver().receive();
            answer.complete(first.toCompletableFuture().isDone() ? first.getClass() : null);
            connection.send(new WebSocketAccept());
            connection.receive();
        });
        try (WebsocketCommunicator peer = connected(application)) {
            assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(CompletableFuture.class);
            peer.disconnect();
        }
    }

    @Test
    void waitingReceiverCompletesOnTheConnectionsExecutor() throws Exception {
        CompletableFuture<Thread> answered = new CompletableFuture<>();
        Application application =
                (scope, receiver, sender) -> receiver.receive().thenCompose(connect -> {
                    sender.send(new WebSocketAccept());
                    return receiver.receive().thenAccept(event -> answered.complete(Thread.currentThread()));
                });
        try (WebsocketCommunicator peer = connected(application)) {
            peer.sendTo("go");

            assertThat(answered.get(20, TimeUnit.SECONDS)).isInstanceOf(NonBlocking.class);
        }
    }

    @Test
    void blockingOnTheConnectionsExecutorFails() {
        Application application = (scope, receiver, sender) -> Blocking.await(new CompletableFuture<>());
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build()) {
            assertThatThrownBy(peer::connect)
                    .isInstanceOf(ChannelsException.class)
                    .hasMessageContaining("must not wait");
        }
    }
}
