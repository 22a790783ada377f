package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.layer.MessageEvent;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketSend;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ApplicationCommunicatorTest {

    private static final Application REPEAT = SequentialConnection.application(connection -> {
        while (connection.receive() instanceof Tick tick) {
            connection.send(tick);
        }
    });

    private record Tick(int number) implements Event {
        @Override
        public String type() {
            return "clock.tick";
        }
    }

    private record Stop() implements Event {
        @Override
        public String type() {
            return "clock.stop";
        }
    }

    private static ApplicationCommunicator clock(Application application) {
        return ApplicationCommunicator.builder(application, Scope.builder("clock"))
                .build();
    }

    @Test
    void passesEventsOfAnyProtocol() {
        try (ApplicationCommunicator peer = clock(REPEAT)) {
            peer.sendInput(new Tick(1));
            peer.sendInput(new Tick(2));

            assertThat(peer.receiveOutput()).isEqualTo(new Tick(1));
            assertThat(peer.receiveOutput()).isEqualTo(new Tick(2));
            assertThat(peer.receiveNothing()).isTrue();
            peer.sendInput(new Stop());
            peer.awaitEnd();
        }
    }

    @Test
    void checksProtocolOfKnownScope() {
        Application application =
                SequentialConnection.application(connection -> connection.send(WebSocketSend.text("too early")));
        try (ApplicationCommunicator peer = ApplicationCommunicator.builder(application, Scope.builder("websocket"))
                .build()) {
            peer.sendInput(new WebSocketConnect());

            assertThatThrownBy(peer::receiveOutput)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("not accepted yet");
        }
    }

    @Test
    void dropsEventsAfterTheLastOne() {
        Application application = SequentialConnection.application(connection -> {
            connection.receive();
            connection.send(new WebSocketAccept());
            connection.receive(WebSocketDisconnect.class);
        });
        try (ApplicationCommunicator peer = ApplicationCommunicator.builder(application, Scope.builder("websocket"))
                .build()) {
            peer.sendInput(new WebSocketConnect());
            assertThat(peer.receiveOutput()).isEqualTo(new WebSocketAccept());
            peer.sendInput(new WebSocketDisconnect(1000, ""));
            peer.sendInput(new WebSocketDisconnect(1001, ""));
            peer.awaitEnd();
        }
    }

    @Test
    void endFailsPendingReceiveOutput() {
        try (ApplicationCommunicator peer = clock(REPEAT)) {
            peer.sendInput(new Stop());

            assertThatThrownBy(peer::receiveOutput)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("receiveOutput: the application has ended (expected: an event)");
        }
    }

    @Test
    void awaitEndFailsWhileApplicationRuns() {
        CompletableFuture<Void> never = new CompletableFuture<>();
        try (ApplicationCommunicator peer = ApplicationCommunicator.builder(
                        (scope, receiver, sender) -> never, Scope.builder("clock"))
                .timeout(Duration.ofMillis(50))
                .build()) {
            peer.sendInput(new Tick(1));

            assertThatThrownBy(peer::awaitEnd)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("awaitEnd: the application is still running after 50 ms");
        }
    }

    @Test
    void waitsForOutputWithALongerTimeout() {
        try (ApplicationCommunicator peer = clock(REPEAT)) {
            assertThatThrownBy(() -> peer.receiveOutput(Duration.ofMillis(1)))
                    .hasMessageContaining("nothing within 1 ms")
                    .hasMessageContaining("nothing happened yet");
        }
    }

    @Test
    void ownLayerEncodesMessagesAsJson() {
        record Said(String text) {}
        try (ApplicationCommunicator peer = clock(REPEAT)) {
            Message sent = Message.of("chat.said", new Said("hello"));

            peer.channelLayer().send("room", sent);
            Message received =
                    peer.channelLayer().receive("room").toCompletableFuture().join();

            assertThat(received).isEqualTo(sent).isNotSameAs(sent);
        }
    }

    @Test
    void scopeOfWorkerHasNoLastEvent() {
        Application application = SequentialConnection.application(connection -> connection.send(connection.receive()));
        try (ApplicationCommunicator peer = ApplicationCommunicator.builder(application, Scope.builder("channel"))
                .build()) {
            MessageEvent event = new MessageEvent(Message.of("thumbnail.make"));
            peer.sendInput(event);

            assertThat(peer.receiveOutput()).isEqualTo(event);
        }
    }
}
