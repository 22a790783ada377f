package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Headers;
import io.channels4j.OverloadedException;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketSend;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Tests protocol violations by an application and the failures that a communicator reports for them. */
class WebsocketCommunicatorMisuseTest {

    private static WebsocketCommunicator connected(Application application) {
        WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    @Test
    void sendBeforeAcceptFails() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.sender().send(WebSocketSend.text("too early"));
            connection.send(new WebSocketAccept());
            connection.receive();
        });
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build()) {
            assertThatThrownBy(peer::connect)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(
                            "send websocket.send: the connection is not accepted yet (expected: websocket.accept,"
                                    + " websocket.close or websocket.http.response.start)")
                    .hasMessageContaining("history of the connection");
            assertThat(peer.connect().accepted()).isTrue();
        }
    }

    @Test
    void throwsAProtocolViolationOnce() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(WebSocketSend.text("too early"));
        });
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build()) {
            assertThatThrownBy(peer::connect).hasRootCauseInstanceOf(ChannelsException.class);
            assertThat(peer.connect().status()).isEqualTo(500);
        }
    }

    @Test
    void secondAcceptFails() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            connection.sender().send(new WebSocketAccept());
            connection.receive();
        });
        try (WebsocketCommunicator peer = connected(application)) {
            assertThatThrownBy(peer::receiveNothing)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("send websocket.accept: the connection is open");
        }
    }

    @Test
    void subprotocolForAClientWithoutOnesFails() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept("chat", Headers.empty()));
        });
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build()) {
            assertThatThrownBy(peer::connect)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("accept: subprotocol \"chat\" (expected: none, as the client offers none)");
        }
    }

    @Test
    void subprotocolThatWasNotOfferedFails() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept("chat", Headers.empty()));
        });
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(application, "/")
                .subprotocols("game")
                .build()) {
            assertThatThrownBy(peer::connect)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("accept: subprotocol \"chat\" (expected: one of [game])");
        }
    }

    @Test
    void rejectsSendsAfterClose() {
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            connection.send(new WebSocketClose(CloseStatus.of(4001)));
            connection
                    .sender()
                    .send(WebSocketSend.text("late"))
                    .whenComplete((sent, failure) -> refused.complete(failure));
            connection.receive();
        });
        try (WebsocketCommunicator peer = connected(application)) {
            assertThat(peer.receiveClose().code()).isEqualTo(4001);
            assertThat(peer.receiveNothing()).isTrue();
        }

        assertThat(refused)
                .isCompletedWithValueMatching(failure -> failure instanceof ConnectionClosedException)
                .isCompletedWithValueMatching(failure -> failure.getMessage()
                        .equals("send: connection is closed (4001, by the application); nothing was sent"));
    }

    @Test
    void closedConnectionIsNotAFailure() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            connection.receive(WebSocketDisconnect.class);
            connection.send(WebSocketSend.text("late"));
        });
        try (WebsocketCommunicator peer = connected(application)) {
            peer.disconnect();
        }
    }

    @Test
    void uncheckedFailureIsThrownUnchanged() {
        RuntimeException broken = new IllegalStateException("broken");
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            connection.receive();
            throw broken;
        });
        try (WebsocketCommunicator peer = connected(application)) {
            peer.sendTo("go");

            assertThatThrownBy(peer::receiveFrom).isSameAs(broken);
        }
    }

    @Test
    void checkedFailureIsCauseOfAssertionError() {
        Exception broken = new Exception("broken");
        Application application = SequentialConnection.application(connection -> {
            throw broken;
        });
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build()) {
            assertThatThrownBy(peer::connect)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the application failed: java.lang.Exception: broken")
                    .hasCause(broken);
        }
    }

    @Test
    void failureFollowsEventsThatWereSentBefore() {
        RuntimeException broken = new IllegalStateException("broken");
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            connection.send(WebSocketSend.text("last words"));
            throw broken;
        });
        try (WebsocketCommunicator peer = connected(application)) {
            assertThat(peer.receiveFrom()).isEqualTo("last words");
            assertThatThrownBy(peer::receiveFrom).isSameAs(broken);
        }
    }

    @Test
    void closeThrowsFailureThatWasNotThrownBefore() {
        RuntimeException broken = new IllegalStateException("broken");
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            connection.receive(WebSocketDisconnect.class);
            throw broken;
        });
        WebsocketCommunicator peer = connected(application);

        assertThatThrownBy(peer::close).isSameAs(broken);
    }

    @Test
    void failureIsThrownOnce() {
        Application application = (scope, receiver, sender) -> {
            throw new IllegalStateException("broken");
        };
        WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build();
        assertThatThrownBy(peer::connect).hasMessage("broken");

        peer.close();
    }

    @Test
    void respondsWith500ToAFailedHandshake() {
        Application application = (scope, receiver, sender) -> {
            throw new IllegalStateException("broken");
        };
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build()) {
            assertThatThrownBy(peer::connect).hasMessage("broken");

            assertThat(peer.connect().status()).isEqualTo(500);
            assertThat(peer.connect().text()).isEmpty();
        }
    }

    @Test
    void respondsWith503ToAnOverloadedHandshake() {
        Application application = (scope, receiver, sender) -> {
            throw new OverloadedException("threads: all taken");
        };
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build()) {
            assertThatThrownBy(peer::connect).isInstanceOf(OverloadedException.class);

            assertThat(peer.connect().status()).isEqualTo(503);
        }
    }

    @Test
    void closesAFailedConnectionWith1011() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            throw new IllegalStateException("broken");
        });
        try (WebsocketCommunicator peer = connected(application)) {
            assertThatThrownBy(peer::receiveClose).hasMessage("broken");

            assertThat(peer.receiveClose()).isEqualTo(CloseStatus.INTERNAL_ERROR);
        }
    }

    @Test
    void failureIsThrownBeforeTheClosingEvent() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            connection.send(new WebSocketClose(CloseStatus.INTERNAL_ERROR));
            connection.receive(WebSocketDisconnect.class);
            throw new IllegalStateException("broken");
        });
        try (WebsocketCommunicator peer = connected(application)) {
            assertThatThrownBy(peer::receiveClose).hasMessage("broken");

            assertThat(peer.receiveClose()).isEqualTo(CloseStatus.INTERNAL_ERROR);
        }
    }

    @Test
    void endWithoutDecisionFails() {
        Application application = SequentialConnection.application(SequentialConnection::receive);
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build()) {
            assertThatThrownBy(peer::connect)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the application ended without accepting or rejecting the connection");
        }
    }

    @Test
    void missingStageFails() {
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder((scope, receiver, sender) -> null, "/")
                .build()) {
            assertThatThrownBy(peer::connect).hasMessageContaining("handle returned null");
        }
    }

    @Test
    void concurrentReceiveFails() {
        Application application =
                (scope, receiver, sender) -> receiver.receive().thenCompose(first -> {
                    receiver.receive();
                    return receiver.receive().thenApply(never -> null);
                });
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(application, "/").build()) {
            assertThatThrownBy(peer::connect)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("receive: the stage of the previous call is not complete");
        }
    }
}
