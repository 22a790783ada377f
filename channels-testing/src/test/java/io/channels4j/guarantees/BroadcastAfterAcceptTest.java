package io.channels4j.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Broadcast;
import io.channels4j.Scope;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A broadcast is delivered to every client that has received the accept. */
class BroadcastAfterAcceptTest {

    static final class Sync extends WebsocketConsumer {
        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }
    }

    @Test
    @DisplayName("P3: a broadcast sent after the client received the accept is not dropped")
    void deliversABroadcastAfterAccept() throws Exception {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        AtomicReference<Scope> scope = new AtomicReference<>();
        Application application = (connection, receiver, sender) -> {
            scope.set(connection);
            return new Sync().serve(connection, receiver, event -> {
                CompletionStage<Void> sent = sender.send(event);
                if (event instanceof WebSocketAccept) {
                    gate.join(); // blocks after the server has sent the accept, before the consumer has recorded it
                }
                return sent;
            });
        };
        try (InMemoryChannelLayer layer = InMemoryChannelLayer.create();
                WebsocketCommunicator peer = WebsocketCommunicator.builder(application, "/")
                        .channelLayer(layer)
                        .timeout(Duration.ofSeconds(10))
                        .build()) {
            assertThat(peer.connect().accepted()).isTrue();
            layer.groupSend("room", Broadcast.text("now"));
            CountDownLatch delivered = new CountDownLatch(1);
            scope.get().executor().execute(delivered::countDown);
            assertThat(delivered.await(10, TimeUnit.SECONDS)).isTrue();

            gate.complete(null);

            assertThat(peer.receiveFrom()).isEqualTo("now");
        }
    }
}
