package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.netty.settings.ProgressSettings;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebSocketDisconnect;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests a room in which one member stops reading. The consumer handles each message with an ordinary {@code send}. */
class SlowMemberTest {

    private static final int HEALTHY = 8;
    private static final int IN_FLIGHT = 4;
    private static final int MESSAGE = 16 * 1024;
    private static final int CHANNEL_BYTES = 1024 * 1024;
    private static final int OUTBOUND_BYTES = 256 * 1024;
    private static final int MAX_MESSAGES = 5_000;

    private final AtomicIntegerArray received = new AtomicIntegerArray(HEALTHY);
    private final AtomicInteger handledBySlow = new AtomicInteger();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    /** Completes when the slow member is about to receive its last event, before it leaves the group. */
    private final CompletableFuture<Void> cut = new CompletableFuture<>();

    private final class Member extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Handles("said")
        CompletionStage<Void> said(Message message) {
            if (!scope().path().equals("/slow")) {
                return send(message.getString("text"));
            }
            handledBySlow.incrementAndGet();
            return send(message.getString("text"));
        }
    }

    private Application observed(Application application) {
        return (scope, receiver, sender) -> application.handle(
                scope,
                () -> receiver.receive().thenApply(event -> {
                    if (event instanceof WebSocketDisconnect && scope.path().equals("/slow")) {
                        cut.complete(null);
                    }
                    return event;
                }),
                sender);
    }

    private final ServerListener listener = new ServerListener() {
        @Override
        public void closed(Scope scope, ConnectionSummary summary) {
            if (scope.path().equals("/slow")) {
                ended.complete(summary.status());
            }
        }
    };

    @Test
    @DisplayName("P3: a member that does not read is limited in bytes and disconnected; the others lose nothing")
    @SuppressWarnings("try") // the healthy clients only receive
    void cutsTheSlowMemberAndServesTheOthers() throws Exception {
        try (InMemoryChannelLayer layer =
                        InMemoryChannelLayer.of(LayerSettings.defaults().withMaxChannelBytes(CHANNEL_BYTES));
                NettyServer server = ServersWithoutLifespan.builder(observed(Consumer.application(Member::new)))
                        .channelLayer(layer)
                        .listeners(listener)
                        .outbound(OutboundSettings.defaults()
                                .withMaxBytes(OUTBOUND_BYTES)
                                .withProgress(ProgressSettings.defaults().withStall(Duration.ofSeconds(2))))
                        .port(0)
                        .start();
                RawClient slow = new RawClient(server.localAddress(), 4096);
                ManyClients healthy = new ManyClients(
                        server.localAddress(), "/", HEALTHY, (number, text) -> received.incrementAndGet(number))) {
            assertThat(slow.handshake("/slow").status()).isEqualTo(101);
            String text = "x".repeat(MESSAGE);
            int sent = 0;
            int maxWaiting = 0;
            while (!ended.isDone() && sent < MAX_MESSAGES) {
                layer.groupSend("room", Message.of("said").with("text", text))
                        .toCompletableFuture()
                        .join();
                sent++;
                awaitReceived(sent - IN_FLIGHT);
                int waiting = sent - handledBySlow.get() - (int) layer.dropped();
                if (!cut.isDone()) {
                    maxWaiting = Math.max(maxWaiting, waiting);
                }
            }
            awaitReceived(sent);

            assertThat(ended).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(1013);
            assertThat(maxWaiting).isBetween(1, CHANNEL_BYTES / MESSAGE + IN_FLIGHT + 1);
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
