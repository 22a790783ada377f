package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(40)
class RedisChannelLayerOutageTest {

    private static final Message HELLO = Message.of("hello");

    /** A Redis server that keeps its data when it is killed. */
    private final RedisProcess redis = RedisProcess.startDurable();

    private final Outages outages = new Outages();
    private final List<ChannelLayer> layers = new ArrayList<>();

    @AfterEach
    void end() {
        layers.forEach(ChannelLayer::close);
        redis.close();
    }

    private RedisChannelLayer.Builder builder() {
        return RedisChannelLayer.builder(
                RedisHosts.of(redis.url()).withReconnectDelay(Duration.ofMillis(10), Duration.ofMillis(200)));
    }

    private RedisChannelLayer started(RedisChannelLayer.Builder builder) {
        RedisChannelLayer layer = builder.build();
        layers.add(layer);
        return layer;
    }

    private void killAndNotice(RedisChannelLayer... noticing) {
        redis.kill();
        await(State.DOWN, noticing);
    }

    private void restartAndRecover(RedisChannelLayer... recovering) {
        redis.restart();
        await(State.UP, recovering);
    }

    private static void await(State state, RedisChannelLayer... all) {
        for (RedisChannelLayer layer : all) {
            org.awaitility.Awaitility.await()
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> layer.health().state() == state);
        }
    }

    @Test
    @DisplayName(
            "P5: during an outage members of the same process receive messages, and senders get a failure for other"
                    + " processes")
    void localDeliveryContinuesDuringOutage() {
        RedisChannelLayer here = started(builder());
        Peer ada = member(here, "room");
        killAndNotice(here);

        CompletionStage<Void> toGroup = here.groupSend("room", HELLO);
        CompletionStage<Void> toQueue = here.send("jobs", HELLO);

        assertThat(ada.next()).isEqualTo(HELLO);
        assertThatThrownBy(() -> done(toGroup))
                .cause()
                .isInstanceOf(LayerUnavailableException.class)
                .hasMessageContaining("send to group room")
                .hasMessageContaining("members of this process have the message");
        assertThatThrownBy(() -> done(toQueue))
                .cause()
                .isInstanceOf(LayerUnavailableException.class)
                .hasMessageContaining("the message may be lost");
    }

    @Test
    @DisplayName("P5: a member that joins during an outage receives from other processes after it")
    void joinDuringOutageIsCompletedLater() {
        RedisChannelLayer here = started(builder());
        RedisChannelLayer there = started(builder());
        killAndNotice(here, there);
        Peer ada = member(here, "room");

        restartAndRecover(here, there);
        done(there.groupSend("room", HELLO));

        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(ada.next()).isEqualTo(HELLO);
    }

    @Test
    @DisplayName("P5: a layer created during an outage serves its own process, and other processes after the outage")
    void startsDuringAnOutage() {
        redis.kill();
        RedisChannelLayer here = started(builder());
        Peer ada = member(here, "room");

        restartAndRecover(here);
        done(started(builder()).groupSend("room", HELLO));

        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(ada.next()).isEqualTo(HELLO);
    }

    @Test
    void shortOutageLosesNothingWhenRedisKeepsItsData() {
        RedisChannelLayer here = started(builder().listener(outages));
        Peer ada = member(here, "room");
        done(here.send("jobs", HELLO));
        outages.forget();

        killAndNotice(here);
        restartAndRecover(here);

        done(started(builder()).groupSend("room", HELLO));
        assertThat(ada.next()).isEqualTo(HELLO);
        assertThat(done(here.receive("jobs"))).isEqualTo(HELLO);
        assertThat(outages.reported()).startsWith("DOWN").endsWith("UP").noneMatch(event -> event.startsWith("gap"));
    }

    @Test
    @DisplayName("P5: when Redis has lost its data, listeners and, once, each connection are notified of the gap")
    void reportsLostData() {
        RedisChannelLayer here =
                started(builder().listener(outages).lease(Duration.ofSeconds(2), Duration.ofMillis(200)));
        Peer ada = member(here, "room0");
        IntStream.range(1, 5).forEach(i -> done(here.groupAdd("room" + i, ada.channel())));
        Peer loner = Peer.of(here);

        redis.command("FLUSHALL");
        org.awaitility.Awaitility.await().until(() -> outages.reported().contains("gap 5"));
        done(started(builder()).groupSend("room3", HELLO));

        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(ada.next()).isEqualTo(HELLO);
        assertThat(ada.anything()).isNull();
        assertThat(loner.anything()).isNull();
    }

    @Test
    void messagesWaitForTheEndOfTheOutageWhenConfigured() {
        RedisChannelLayer here = started(builder().maxBytesDuringOutage(1_000_000));
        RedisChannelLayer there = started(builder());
        Peer bob = member(there, "room");
        killAndNotice(here, there);

        List<CompletionStage<Void>> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add(here.groupSend("room", Message.of("n").with("i", i)));
            sent.add(here.send("jobs", Message.of("n").with("i", i)));
        }
        restartAndRecover(here, there);
        sent.forEach(PubSubRules::done);

        List<Integer> all = IntStream.range(0, 100).boxed().toList();
        assertThat(bob.next(100).stream().map(message -> message.getInt("i"))).isEqualTo(all);
        for (int i = 0; i < 100; i++) {
            assertThat(done(there.receive("jobs")).getInt("i")).isEqualTo(i);
        }
    }

    @Test
    void messagesBeyondTheLimitDoNotWait() {
        RedisChannelLayer here = started(builder().maxBytesDuringOutage(2000));
        killAndNotice(here);
        CompletionStage<Void> first = here.send("jobs", HELLO);
        IntStream.range(0, 10).forEach(i -> here.send("jobs", HELLO));

        assertThatThrownBy(() -> done(here.send("jobs", HELLO))).hasCauseInstanceOf(LayerUnavailableException.class);
        assertThat(first.toCompletableFuture()).isNotDone();
    }

    @Test
    void removesADeadProcessAfterItsLeaseAndRedeliversItsWork() {
        RedisChannelLayer here = started(builder().lease(Duration.ofSeconds(1), Duration.ofMillis(200)));
        RedisChannelLayer dying = started(builder().lease(Duration.ofSeconds(1), Duration.ofMillis(200)));
        member(dying, "room");
        done(here.send("jobs", HELLO));
        done(dying.take("jobs"));
        CompletionStage<Delivery> redelivered = here.take("jobs");

        dying.die();

        Delivery delivery = done(redelivered);
        assertThat(delivery.message()).isEqualTo(HELLO);
        assertThat(delivery.earlierDeliveries()).isEqualTo(1);
        done(here.groupSend("room", HELLO));
        assertThat(redis.command("KEYS", "*:group:*")).isEqualTo("[]");
    }

    @Test
    void sendsAnAcknowledgementAfterTheOutage() {
        RedisChannelLayer here = started(builder());
        done(here.send("jobs", HELLO));
        Delivery delivery = done(here.take("jobs"));

        killAndNotice(here);
        delivery.acknowledge();
        restartAndRecover(here);

        org.awaitility.Awaitility.await()
                .until(() -> redis.command("XLEN", "channels:{0}:queue:jobs").equals("0"));
    }

    @Test
    void restoresKilledConnectionsWithoutLossInQueues() {
        RedisChannelLayer here = started(builder().maxBytesDuringOutage(10_000_000));
        RedisChannelLayer there = started(builder());
        Peer bob = member(there, "room");
        List<CompletionStage<Message>> received = new ArrayList<>();
        int sent = 0;
        int failed = 0;

        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 20; i++) {
                received.add(there.receive("jobs"));
                try {
                    done(here.send("jobs", Message.of("n").with("i", sent++)));
                } catch (RuntimeException lost) {
                    failed++;
                }
            }
            redis.command("CLIENT", "KILL", "TYPE", "normal");
        }
        await(State.UP, here, there);
        done(here.groupSend("room", HELLO));

        assertThat(bob.next()).isEqualTo(HELLO);
        List<CompletionStage<Message>> sure = received.subList(0, sent - failed);
        assertThat(sure.stream().map(stage -> done(stage).getInt("i"))).doesNotHaveDuplicates();
    }

    @Test
    void waitsForAPausedRedis() {
        RedisChannelLayer here = started(builder());
        RedisChannelLayer there = started(builder());
        Peer bob = member(there, "room");

        redis.command("CLIENT", "PAUSE", "2000");
        for (int i = 0; i < 100; i++) {
            here.groupSend("room", Message.of("n").with("i", i));
        }

        assertThat(bob.next(100).stream().map(message -> message.getInt("i")))
                .isEqualTo(IntStream.range(0, 100).boxed().toList());
    }
}
