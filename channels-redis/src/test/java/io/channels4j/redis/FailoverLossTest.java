package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.support.RedisProcess;
import io.channels4j.support.TcpForwarder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Loses a master whose last changes have not reached the replica that replaces it. */
@Timeout(60)
class FailoverLossTest {

    private static final String QUEUE = "channels:{0}:queue:jobs";

    private final RedisProcess master = RedisProcess.start();
    private final RedisProcess replica = RedisProcess.start();
    private final TcpForwarder address = TcpForwarder.to(master.port());
    private final Map<String, Long> lost = new ConcurrentHashMap<>();
    private final Outages outages = new Outages();
    private final RedisChannelLayer sender = layer(builder -> builder.listener(new LayerListener() {
        @Override
        public void messagesLost(String target, long messages) {
            lost.merge(target, messages, Long::sum);
        }
    }));
    private final RedisChannelLayer receiver = layer(builder -> builder.listener(outages));

    FailoverLossTest() {
        replica.command("REPLICAOF", "127.0.0.1", String.valueOf(master.port()));
        await().until(() -> master.command("INFO", "replication").contains("state=online"));
    }

    private RedisChannelLayer layer(UnaryOperator<RedisChannelLayer.Builder> choices) {
        return choices.apply(RedisChannelLayer.builder(RedisHosts.of(address.redisUrl())
                        .withReconnectDelay(Duration.ofMillis(20), Duration.ofMillis(200))))
                .build();
    }

    @AfterEach
    void end() {
        sender.close();
        receiver.close();
        address.close();
        master.close();
        replica.close();
    }

    private void send(int from, int to) {
        for (int i = from; i < to; i++) {
            done(sender.send("jobs", Message.of("job").with("i", i)));
        }
    }

    private void awaitReplicated(String key, int length) {
        await().until(() -> replica.command("XLEN", key).equals(String.valueOf(length)));
    }

    /** Ends the replication, as if the replica did not keep up. */
    private void stopReplication() {
        replica.command("REPLICAOF", "NO", "ONE");
    }

    private void failOver() {
        address.redirect(replica.port());
        master.kill();
        await().atMost(Duration.ofSeconds(5)).until(() -> readersOfReplica() >= 2);
        await().until(() ->
                sender.health().state() == State.UP && receiver.health().state() == State.UP);
    }

    private long readersOfReplica() {
        return replica.command("CLIENT", "LIST")
                .lines()
                .filter(client -> client.contains("cmd=xread "))
                .count();
    }

    private int take() {
        Delivery delivery = done(receiver.take("jobs"));
        delivery.acknowledge();
        return delivery.message().getInt("i");
    }

    @Test
    void senderIsNotifiedOfConfirmedWorkThatTheNewMasterDoesNotHave() {
        send(0, 3);
        awaitReplicated(QUEUE, 3);
        stopReplication();
        send(3, 10);

        failOver();

        await().untilAsserted(() -> assertThat(lost).containsExactly(Map.entry("jobs", 7L)));
        assertThat(sender.health().lost()).isEqualTo(7);
        assertThat(take()).isZero();
    }

    @Test
    void workWhoseAcknowledgementWasNotReplicatedIsDeliveredAgain() {
        send(0, 3);
        awaitReplicated(QUEUE, 3);
        stopReplication();
        assertThat(take()).isZero();
        assertThat(take()).isOne();
        await().until(() -> master.command("XLEN", QUEUE).equals("1"));

        failOver();

        assertThat(take()).isZero();
        assertThat(take()).isOne();
        assertThat(take()).isEqualTo(2);
        assertThat(lost).isEmpty();
    }

    @Test
    void receiverIsNotifiedIfTheNewMasterLacksMessagesThatItHasReceived() {
        Peer ada = PubSubRules.member(receiver, "room");
        await().until(() -> replica.command("KEYS", "*:group:room").contains("room"));
        outages.forget();
        stopReplication();
        done(sender.groupSend("room", Message.of("hello")));
        assertThat(ada.next()).isEqualTo(Message.of("hello"));

        failOver();

        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(outages.reported()).contains("gap 1");
        done(sender.groupSend("room", Message.of("again")));
        assertThat(ada.next()).isEqualTo(Message.of("again"));
    }

    @Test
    void workThatTheReplicaHasNotConfirmedIsNotConfirmedToItsSender() {
        try (RedisChannelLayer confirmed = layer(builder -> builder.confirmedByReplicas(1, Duration.ofMillis(300)))) {
            done(confirmed.send("jobs", Message.of("job").with("i", 0)));
            stopReplication();
            assertThatThrownBy(
                            () -> done(confirmed.send("jobs", Message.of("job").with("i", 1))))
                    .hasCauseInstanceOf(LayerUnavailableException.class);

            failOver();

            assertThat(take()).isZero();
            assertThat(confirmed.health().lost()).isZero();
        }
    }

    @Test
    void completedWorkIsNotReported() {
        send(0, 3);
        assertThat(take() + take() + take()).isEqualTo(3);
        awaitReplicated(QUEUE, 0);
        stopReplication();

        failOver();

        await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(3)).until(lost::isEmpty);
    }

    @Test
    void senderIsNotifiedOfEvictedWork() {
        send(0, 5);
        master.command("DEL", QUEUE); // what an eviction does
        master.command("CLIENT", "KILL", "TYPE", "normal");

        await().untilAsserted(() -> assertThat(lost).containsExactly(Map.entry("jobs", 5L)));
    }
}
