package io.channels4j.docs;

import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Scheduled;
import io.channels4j.testing.ManualClock;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** The code of docs/consumers.md. {@link ConsumersExampleTest} runs it. */
final class ConsumersExample {

    private ConsumersExample() {}

    // @start region="timers"
    public static final class TimedConsumer extends AsyncWebsocketConsumer {

        private Scheduled silence;

        @Override
        protected CompletionStage<Void> connect() {
            every(Duration.ofSeconds(30), () -> send("heartbeat"));
            silence = after(Duration.ofMinutes(5), () -> close(CloseStatus.NORMAL));
            return accept();
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            silence.cancel();
            silence = after(Duration.ofMinutes(5), () -> close(CloseStatus.NORMAL));
            return send(text);
        }
    }
    // @end

    // @start region="blocking"
    public static final class BlockingConsumer extends WebsocketConsumer {

        @Override
        protected void connect() {
            accept();
            every(Duration.ofSeconds(30), () -> send("heartbeat")); // may block
        }
    }
    // @end

    static void testsTimers() {
        // @start region="clock"
        ManualClock clock = ManualClock.create();
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(TimedConsumer::new), "/")
                .clock(clock)
                .build()) {
            peer.connect();

            clock.advance(Duration.ofSeconds(60)); // returns when both actions have completed

            assert peer.receiveFrom().equals("heartbeat");
            assert peer.receiveFrom().equals("heartbeat");
        }
        // @end
    }

    /** The storage for messages in the example. */
    interface Store {

        CompletionStage<List<String>> last(String room, int messages);
    }

    // @start region="sequence"
    public static final class HistoryConsumer extends AsyncJsonWebsocketConsumer {

        private final Store store;

        HistoryConsumer(Store store) {
            this.store = store;
        }

        @Override
        protected CompletionStage<Void> connect() {
            return inOrder(() -> groupAdd("lobby"), this::accept, this::sendHistory);
        }

        private CompletionStage<Void> sendHistory() {
            return store.last("lobby", 50).thenCompose(this::sendAllJson);
        }
    }
    // @end

    // @start region="dropped"
    public static final class ForgetfulConsumer extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            groupSend("room", Message.of("chat.said").with("text", text)); // wrong: the stage is dropped
            return done();
        }
    }
    // @end
}
