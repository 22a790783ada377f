package io.channels4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.consumer.Consumer;
import io.channels4j.testing.ManualClock;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.CloseStatus;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Checks the statements of docs/consumers.md. */
class ConsumersExampleTest {

    private final ManualClock clock = ManualClock.create();

    private WebsocketCommunicator connected(Supplier<? extends Consumer> consumer) {
        WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .clock(clock)
                .timeout(Duration.ofSeconds(10))
                .build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    @Test
    void theTestOfThePagePasses() {
        ConsumersExample.testsTimers();
    }

    @Test
    void sendsHeartbeatsAndClosesQuietConnections() {
        try (WebsocketCommunicator peer = connected(ConsumersExample.TimedConsumer::new)) {
            clock.advance(Duration.ofMinutes(4));
            for (int i = 0; i < 8; i++) {
                assertThat(peer.receiveFrom()).isEqualTo("heartbeat");
            }
            peer.sendTo("hello");
            assertThat(peer.receiveFrom()).isEqualTo("hello");
            clock.advance(Duration.ofSeconds(299));
            for (int i = 0; i < 9; i++) {
                assertThat(peer.receiveFrom()).isEqualTo("heartbeat");
            }
            clock.advance(Duration.ofSeconds(1));

            assertThat(peer.receiveClose()).isEqualTo(CloseStatus.NORMAL);
        }
    }

    @Test
    void sendsHeartbeatsFromABlockingConsumer() {
        try (WebsocketCommunicator peer = connected(ConsumersExample.BlockingConsumer::new)) {
            peer.sendTo("ignored");
            assertThat(peer.receiveNothing()).isTrue(); // connect has completed
            clock.advance(Duration.ofSeconds(30));

            assertThat(peer.receiveFrom()).isEqualTo("heartbeat");
        }
    }

    @Test
    void sendsTheHistory() {
        ConsumersExample.Store store = (room, messages) -> CompletableFuture.supplyAsync(() -> List.of(room, "second"));
        try (WebsocketCommunicator peer = connected(() -> new ConsumersExample.HistoryConsumer(store))) {
            assertThat(peer.receiveFrom()).isEqualTo("\"lobby\"");
            assertThat(peer.receiveFrom()).isEqualTo("\"second\"");
        }
    }
}
