package io.channels4j.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.support.CapturedLog;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebsocketConsumer;
import io.channels4j.worker.Worker;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P9: messages from another version of the application do not close sockets. */
class OtherVersionsTest {

    enum Kind {
        TEXT
    }

    record Said(Kind kind, String text, int number) {}

    static class Async extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Handles("chat.said")
        CompletionStage<Void> said(Said said) {
            return send(said.text());
        }
    }

    static class Sync extends WebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Handles("chat.said")
        void said(Said said) {
            send(said.text());
        }
    }

    static class Curious extends Async {

        @Override
        protected CompletionStage<Void> unhandled(Message message, String reason) {
            return send(message.type() + " because " + reason);
        }
    }

    private static final Message GOOD =
            Message.of("chat.said", Map.of("kind", "TEXT", "text", "hello", "number", 1, "unknown", true));

    /** Messages with an unknown type, an unknown constant, a value of another kind, and no fields. */
    private static final List<Message> OTHERS = List.of(
            Message.of("chat.edited").with("id", 1),
            Message.of("chat.said", Map.of("kind", "IMAGE", "text", "t", "number", 1)),
            Message.of("chat.said", Map.of("kind", "TEXT", "text", "t", "number", "many")),
            Message.of("chat.said"));

    private static Supplier<Consumer> consumer(boolean blocking) {
        return blocking ? Sync::new : Async::new;
    }

    private static WebsocketCommunicator connected(Supplier<? extends Consumer> consumer) {
        WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .build();
        peer.connect();
        return peer;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("P9: a message with an unknown type, constant or missing field is ignored, and the socket stays open")
    void ignoresMessagesThatDoNotFit(boolean blocking) {
        try (WebsocketCommunicator peer = connected(consumer(blocking))) {
            OTHERS.forEach(message -> peer.channelLayer().groupSend("room", message));
            peer.channelLayer().groupSend("room", GOOD);

            assertThat(peer.receiveFrom()).isEqualTo("hello");
            assertThat(peer.receiveNothing()).isTrue();
        }
    }

    @Test
    @DisplayName("P9: ignored messages are logged once for each class and type")
    void logsOncePerType() {
        class Logged extends Async {}
        try (CapturedLog log = CapturedLog.of("io.channels4j");
                WebsocketCommunicator ada = connected(Logged::new);
                WebsocketCommunicator bob = connected(Logged::new)) {
            for (int i = 0; i < 3; i++) {
                for (Message message : OTHERS) {
                    ada.channelLayer().groupSend("room", message);
                    bob.channelLayer().groupSend("room", message);
                }
            }
            ada.channelLayer().groupSend("room", GOOD);
            bob.channelLayer().groupSend("room", GOOD);
            assertThat(ada.receiveFrom()).isEqualTo("hello");
            assertThat(bob.receiveFrom()).isEqualTo("hello");

            assertThat(log.messagesFrom(Level.WARN))
                    .hasSize(2)
                    .anySatisfy(line -> assertThat(line).contains("Logged ignored message chat.edited: no handler"))
                    .anySatisfy(line -> assertThat(line).contains("Logged ignored message chat.said"));
        }
    }

    @Test
    @DisplayName("P9: ignored messages are counted for each class")
    void countsIgnoredMessages() {
        class Counted extends Async {}
        try (WebsocketCommunicator peer = connected(Counted::new)) {
            OTHERS.forEach(message -> peer.channelLayer().groupSend("room", message));
            peer.channelLayer().groupSend("room", GOOD);
            assertThat(peer.receiveFrom()).isEqualTo("hello");

            assertThat(Consumer.ignoredMessages(Counted.class)).isEqualTo(OTHERS.size());
            assertThat(Consumer.ignoredMessages(Curious.class)).isZero();
        }
    }

    @Test
    void consumerMayHandleThem() {
        try (WebsocketCommunicator peer = connected(Curious::new)) {
            peer.channelLayer().groupSend("room", OTHERS.get(0));
            assertThat(peer.receiveFrom()).isEqualTo("chat.edited because no handler (expected: one of [chat.said])");

            peer.channelLayer().groupSend("room", OTHERS.get(1));
            assertThat(peer.receiveFrom()).startsWith("chat.said because ").endsWith("Said (field kind)");
        }
    }

    @Test
    void handlersFailureIsNoMisfit() {
        class Failing extends AsyncWebsocketConsumer {
            @Override
            protected Set<String> groups() {
                return Set.of("room");
            }

            @Handles("chat.said")
            CompletionStage<Void> said(Said said) {
                throw new ChannelsException("broken: " + said);
            }
        }
        try (WebsocketCommunicator peer = connected(Failing::new)) {
            peer.channelLayer().groupSend("room", GOOD);

            assertThatThrownBy(peer::receiveFrom)
                    .isInstanceOf(ChannelsException.class)
                    .hasMessageStartingWith("broken: ");
            assertThat(peer.receiveClose().code()).isEqualTo(1011);
        }
    }

    @Test
    @DisplayName("P9: a worker does not discard work that it cannot handle; it fails and is requeued")
    void workerFails() {
        class Jobs extends AsyncConsumer {
            @Handles("job")
            void job() {}
        }
        InMemoryChannelLayer layer = InMemoryChannelLayer.create();
        try (Worker worker = Worker.builder(Consumer.application(Jobs::new), layer)
                .channels("jobs")
                .start()) {
            layer.send("jobs", Message.of("job.of.another.version"));
            layer.send("jobs", Message.of("job"));

            Awaitility.await().until(() -> worker.handled() == 1 && worker.failed() == 1);
        }
    }
}
