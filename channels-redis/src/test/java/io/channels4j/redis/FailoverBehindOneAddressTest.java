package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.support.RedisProcess;
import io.channels4j.support.TcpForwarder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A replica is promoted behind one address; the connections to the demoted master stay open. */
@Timeout(60)
class FailoverBehindOneAddressTest {

    private static final Message HELLO = Message.of("hello");
    private static final byte[] DATA = "{}".getBytes(StandardCharsets.UTF_8);

    private final RedisProcess one = RedisProcess.start();
    private final RedisProcess two = RedisProcess.start();
    private final TcpForwarder address = TcpForwarder.to(one.port());
    private final Outages outages = new Outages();

    FailoverBehindOneAddressTest() {
        replicate(two, one);
    }

    @AfterEach
    void end() {
        address.close();
        one.close();
        two.close();
    }

    private static void replicate(RedisProcess replica, RedisProcess master) {
        replica.command("REPLICAOF", "127.0.0.1", String.valueOf(master.port()));
        await().until(() -> replica.command("INFO", "replication").contains("master_link_status:up"));
    }

    private void failOver() {
        two.command("REPLICAOF", "NO", "ONE");
        address.redirect(two.port());
        one.command("REPLICAOF", "127.0.0.1", String.valueOf(two.port()));
    }

    private RedisHosts hosts() {
        return RedisHosts.of(address.redisUrl())
                .withReconnectDelay(Duration.ofMillis(20), Duration.ofMillis(200))
                .withTimeout(Duration.ofSeconds(5));
    }

    private static boolean succeeds(Supplier<CompletionStage<?>> call) {
        return call.get()
                .handle((done, failure) -> failure == null)
                .toCompletableFuture()
                .join();
    }

    @Test
    @DisplayName("P5: pub/sub follows the master behind one address, and reports the gap")
    void pubSubFollowsTheMaster() {
        try (RedisPubSubChannelLayer here = RedisPubSubChannelLayer.builder(hosts())
                        .listener(outages)
                        .build();
                RedisPubSubChannelLayer there = RedisPubSubChannelLayer.create(hosts())) {
            Peer ada = PubSubRules.member(here, "room");
            outages.forget();

            failOver();
            await().atMost(Duration.ofSeconds(4)).until(() -> outages.reported().contains("UP"));
            await().atMost(Duration.ofSeconds(4)).until(() -> there.health().state() == State.UP);
            await().until(() ->
                    two.command("PUBSUB", "NUMSUB", "channels:group:room").endsWith(", 1]"));
            PubSubRules.done(there.groupSend("room", HELLO));

            assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
            assertThat(ada.next()).isEqualTo(HELLO);
            assertThat(outages.reported()).startsWith("DOWN").containsSubsequence("gap 1", "UP");
        }
    }

    @Test
    @DisplayName("P5: pub/sub is not up while its address leads to a replica")
    void pubSubIsDownOnAReplica() {
        failOver();
        address.redirect(one.port());

        try (RedisPubSubChannelLayer here = RedisPubSubChannelLayer.create(hosts())) {
            assertThat(here.health().state()).isEqualTo(State.DOWN);

            address.redirect(two.port());
            await().until(() -> here.health().state() == State.UP);
        }
    }

    @Test
    @DisplayName("P5: queues follow the master behind one address")
    void queuesFollowTheMaster() {
        try (RedisChannelLayer layer =
                RedisChannelLayer.builder(hosts()).listener(outages).build()) {
            PubSubRules.done(layer.send("work", HELLO));

            failOver();

            await().atMost(Duration.ofSeconds(5)).until(() -> succeeds(() -> layer.send("work", HELLO)));
            await().until(() -> layer.health().state() == State.UP);
            assertThat(outages.reported()).contains("DOWN");
        }
    }

    @Test
    void sessionsFollowTheMaster() {
        try (RedisSessionStore sessions =
                RedisSessionStore.builder(hosts()).prefix("failover").build()) {
            String token = PubSubRules.done(sessions.create(DATA, Duration.ofMinutes(5)));
            await().until(() -> two.command("DBSIZE").equals("1"));

            failOver();

            await().atMost(Duration.ofSeconds(4))
                    .until(() -> succeeds(() -> sessions.update(token, DATA, Duration.ofMinutes(5))));
            assertThat(PubSubRules.done(sessions.load(token))).isPresent();
        }
    }
}
