package io.channels4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.consumer.Consumer;
import io.channels4j.testing.ConsumerErrors;
import io.channels4j.testing.ManualClock;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The code in docs/testing.md. */
class TestingExampleTest {

    private static final Application HEARTBEAT = Consumer.application(Heartbeat::new);

    private static final class Heartbeat extends AsyncWebsocketConsumer {
        @Override
        protected CompletionStage<Void> connect() {
            every(Duration.ofSeconds(30), () -> send("still here"));
            return accept();
        }
    }

    // @start region="errors"
    @RegisterExtension
    final ConsumerErrors errors = ConsumerErrors.create();
    // @end

    @Test
    void sendsHeartbeats() {
        // @start region="clock"
        ManualClock clock = ManualClock.create();
        try (WebsocketCommunicator peer =
                WebsocketCommunicator.builder(HEARTBEAT, "/").clock(clock).build()) {
            peer.connect();
            clock.advance(Duration.ofSeconds(30));

            assertThat(peer.receiveFrom()).isEqualTo("still here");
            assertThat(peer.receiveNothing()).isTrue();
        }
        // @end
    }
}
