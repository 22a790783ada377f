package io.channels4j.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Message;
import io.channels4j.User;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.Connections;
import io.channels4j.consumer.Consumer;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.support.RedisProcess;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests bursts of revocations from another process while application messages are sent. */
@Timeout(60)
class RevocationBurstTest {

    private static final int USERS = 1500;
    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private static final class Quiet extends AsyncWebsocketConsumer {}

    private final Application application = Consumer.application(Quiet::new)
            .behind(AuthMiddleware.of(Authenticator.query(
                    "user", id -> CompletableFuture.completedFuture(Optional.of(User.of(id, id))))));

    @Test
    @DisplayName("P8: a burst of 1,500 revocations through pub/sub closes all connections")
    void closesAllThroughPubSub() throws Exception {
        String prefix = "revoke" + PREFIXES.incrementAndGet();
        closesAll(() -> RedisPubSubChannelLayer.builder(RedisProcess.shared().url())
                .prefix(prefix)
                .build());
    }

    @Test
    @DisplayName("P8: a burst of 1,500 revocations through queues closes all connections")
    void closesAllThroughQueues() throws Exception {
        String prefix = "revoke" + PREFIXES.incrementAndGet();
        closesAll(() -> RedisChannelLayer.builder(RedisProcess.shared().url())
                .prefix(prefix)
                .build());
    }

    private void closesAll(Supplier<? extends ChannelLayer> process) throws Exception {
        ChannelLayer here = process.get();
        ChannelLayer there = process.get();
        try {
            List<WebsocketCommunicator> peers =
                    IntStream.range(0, USERS).mapToObj(i -> connect(here, i)).toList();

            List<CompletableFuture<Void>> stages = IntStream.range(0, USERS)
                    .mapToObj(i -> {
                        there.groupSend("busy", Message.of("noise"));
                        return Connections.disconnectUser(there, "u" + i).toCompletableFuture();
                    })
                    .toList();

            CompletableFuture.allOf(stages.toArray(CompletableFuture<?>[]::new)).get(30, SECONDS);
            assertThat(peers)
                    .allSatisfy(peer -> assertThat(peer.receiveClose().code()).isEqualTo(4401));
        } finally {
            here.close();
            there.close();
        }
    }

    private WebsocketCommunicator connect(ChannelLayer layer, int user) {
        WebsocketCommunicator peer = WebsocketCommunicator.builder(application, "/?user=u" + user)
                .channelLayer(layer)
                .timeout(Duration.ofSeconds(20))
                .build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }
}
