package io.channels4j.consumer;

import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** The examples from the Javadoc of the timers. {@code TimersTest} in channels-testing tests the timers. */
final class TimerSnippets {

    private TimerSnippets() {}

    // @start region="after"
    /** Closes connections whose clients send nothing for 5 minutes. */
    static final class QuietConsumer extends AsyncWebsocketConsumer {

        private Scheduled silence;

        @Override
        protected CompletionStage<Void> connect() {
            silence = after(Duration.ofMinutes(5), this::closeQuietly);
            return accept();
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            silence.cancel();
            silence = after(Duration.ofMinutes(5), this::closeQuietly);
            return send(text);
        }

        private CompletionStage<Void> closeQuietly() {
            return close(CloseStatus.NORMAL);
        }
    }
    // @end

    // @start region="every"
    /** Sends a heartbeat that scripts can observe. */
    static final class HeartbeatConsumer extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            every(Duration.ofSeconds(30), () -> send("heartbeat"));
            return accept();
        }
    }
    // @end
}
