package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Broadcast;
import io.channels4j.Scope;
import io.channels4j.consumer.Consumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests a room in which one member stops reading. The benchmarks contain a larger version of this test. */
class SlowReaderTest {

    private static final int HEALTHY = 8;
    private static final int IN_FLIGHT = 4;
    private static final int MAX_MESSAGES = 5_000;
    private static final int MESSAGE = 16 * 1024;
    private static final int BOUND = 128 * 1024;

    private final AtomicIntegerArray received = new AtomicIntegerArray(HEALTHY);
    private final Queued queued = new Queued();

    static final class Member extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }
    }

    /**
     * Records the maximum number of bytes queued on all connections together. Also records the status of the first
     * connection that closes.
     */
    private static final class Queued implements ServerListener {

        private final AtomicLong now = new AtomicLong();
        private final AtomicLong max = new AtomicLong();
        private final CompletableFuture<Integer> ended = new CompletableFuture<>();

        @Override
        public void queued(Scope scope, long change) {
            long sum = now.addAndGet(change);
            max.accumulateAndGet(sum, Math::max);
        }

        @Override
        public void closed(Scope scope, ConnectionSummary summary) {
            ended.complete(summary.status());
        }
    }

    @Test
    @DisplayName("P3: a member that does not read is limited in bytes until the policy disconnects it; the others miss"
            + " nothing")
    @SuppressWarnings("try") // the healthy clients only receive
    void disconnectsTheSlowMemberAndServesTheOthers() throws Exception {
        try (InMemoryChannelLayer layer = InMemoryChannelLayer.create();
                NettyServer server = ServersWithoutLifespan.builder(Consumer.application(Member::new))
                        .channelLayer(layer)
                        .listeners(queued)
                        .outbound(OutboundSettings.defaults().withMaxBytes(BOUND))
                        .port(0)
                        .start();
                RawClient slow = new RawClient(server.localAddress(), 4096);
                ManyClients healthy = new ManyClients(
                        server.localAddress(), "/", HEALTHY, (number, text) -> received.incrementAndGet(number))) {
            assertThat(slow.handshake("/").status()).isEqualTo(101);
            Broadcast message = Broadcast.text("x".repeat(MESSAGE));
            int sent = 0;
            while (!queued.ended.isDone() && sent < MAX_MESSAGES) {
                layer.groupSend("room", message).toCompletableFuture().join();
                sent++;
                awaitReceived(sent - IN_FLIGHT);
            }
            awaitReceived(sent);

            assertThat(queued.ended).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(1013);
            assertThat(queued.max).hasValueLessThan(BOUND + (HEALTHY + 1) * IN_FLIGHT * MESSAGE);
            assertThat(queued.now).hasValue(0);
        }
    }

    private void awaitReceived(int count) {
        for (int i = 0; i < HEALTHY; i++) {
            int number = i;
            if (received.get(number) < count) {
                await().pollInterval(Duration.ofMillis(1)).until(() -> received.get(number) >= count);
            }
        }
    }
}
