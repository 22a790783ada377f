package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.LayerSettings;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.redis.server.RedisCluster;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the counters of {@link LayerHealth} with real faults and with data of other programs. */
@Timeout(60)
class LayerCountersTest {

    private static final Message HELLO = Message.of("hello");
    private static final LayerSettings TWO_MESSAGES = LayerSettings.defaults().withCapacity(2);

    private final RedisProcess redis = RedisProcess.start();
    private final List<ChannelLayer> layers = new ArrayList<>();

    @AfterEach
    void end() {
        layers.forEach(ChannelLayer::close);
        redis.close();
    }

    private <T extends ChannelLayer> T started(T layer) {
        layers.add(layer);
        return layer;
    }

    private RedisHosts hosts() {
        return RedisHosts.of(redis.url()).withReconnectDelay(Duration.ofMillis(10), Duration.ofMillis(100));
    }

    private RedisChannelLayer queues() {
        return started(RedisChannelLayer.builder(hosts()).settings(TWO_MESSAGES).build());
    }

    private RedisPubSubChannelLayer pubSub() {
        return started(RedisPubSubChannelLayer.builder(hosts()).maxUnanswered(0).build());
    }

    private DjangoChannelLayer django() {
        return started(
                DjangoChannelLayer.builder(hosts()).settings(TWO_MESSAGES).build());
    }

    private static void assertFails(CompletionStage<Void> sent, Class<? extends Exception> failure) {
        assertThat(sent.toCompletableFuture())
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableThat()
                .withCauseInstanceOf(failure);
    }

    /** Returns the name of the process to which a channel belongs. */
    private static String process(Peer peer) {
        return peer.channel().substring(0, peer.channel().indexOf('!'));
    }

    // ---- published ----

    @Test
    void queueLayerCountsAcceptedMessages() {
        RedisChannelLayer here = queues();
        RedisChannelLayer there = queues();
        Peer bob = member(there, "room");
        done(here.groupAdd("room", "mail")); // not a message

        done(here.groupSend("room", HELLO)); // also to the queue
        await().until(() -> here.health().published() == 2);
        done(here.send(bob.channel(), HELLO));
        done(here.send("jobs", HELLO));
        done(here.send("jobs", HELLO));
        assertThat(here.health().published()).isEqualTo(5);

        assertFails(here.send("jobs", HELLO), ChannelFullException.class);
        done(here.send("gone!channel", HELLO));
        assertThat(here.health().published()).isEqualTo(5);
        assertThat(here.health().drops()).containsEntry(DropReason.FULL, 1L).containsEntry(DropReason.NO_RECEIVER, 1L);
        assertThat(here.health().failed()).isZero();
    }

    @Test
    void queueLayerCountsADelayedMessageOnce() {
        RedisChannelLayer here = queues();

        done(here.sendLater("jobs", HELLO, Duration.ofMillis(20)));
        assertThat(done(here.receive("jobs"))).isEqualTo(HELLO);

        await().during(Duration.ofMillis(200)).until(() -> here.health().published() == 1);
    }

    @Test
    void pubSubLayerCountsAcceptedMessages() {
        RedisPubSubChannelLayer here = pubSub();
        member(pubSub(), "room");

        done(here.groupSend("room", HELLO));
        done(here.groupSend("empty", HELLO));

        assertThat(here.health().published()).isEqualTo(2);
    }

    @Test
    void djangoLayerCountsAcceptedMessages() {
        DjangoChannelLayer here = django();

        done(here.send("jobs", HELLO));
        done(here.send("jobs", HELLO));
        assertFails(here.send("jobs", HELLO), ChannelFullException.class);

        assertThat(here.health().published()).isEqualTo(2);
        assertThat(here.health().dropped()).isEqualTo(1);
    }

    @Test
    void failedMessagesAreNotPublished() {
        List<ChannelLayer> all = List.of(queues(), pubSub(), django());
        redis.kill();

        for (ChannelLayer layer : all) {
            await().until(() -> health(layer).state() == State.DOWN);
            assertFails(layer.groupSend("room", HELLO), LayerUnavailableException.class);

            assertThat(health(layer).published()).as("%s", layer).isZero();
            assertThat(health(layer).failed()).as("%s", layer).isPositive();
        }
    }

    private static LayerHealth health(ChannelLayer layer) {
        return layer instanceof RedisChannelLayer queues
                ? queues.health()
                : layer instanceof DjangoChannelLayer django ? django.health() : ((PubSubChannelLayer) layer).health();
    }

    // ---- malformed ----

    @Test
    void queueLayerCountsAndSkipsGarbageInAnInbox() {
        RedisChannelLayer here = queues();
        Peer bob = member(here, "room");
        String inbox = "channels:{0}:inbox:" + process(bob);

        redis.command("XADD", inbox, "*", "m", "garbage");
        redis.command("XADD", inbox, "*", "m", "");
        redis.command("XADD", inbox, "*", "foreign", "field");
        done(queues().groupSend("room", HELLO));

        assertThat(bob.next()).isEqualTo(HELLO);
        assertThat(here.health().malformed()).isEqualTo(2);
        assertThat(here.health().received()).isEqualTo(1);
    }

    @Test
    void pubSubLayerCountsAndSkipsGarbage() {
        RedisPubSubChannelLayer here = pubSub();
        Peer bob = member(here, "room");

        String receivers = redis.command("PUBLISH", channel("room"), "garbage");
        redis.command("PUBLISH", channel("room"), "");
        done(pubSub().groupSend("room", HELLO));

        assertThat(receivers).isEqualTo("1");
        assertThat(bob.next()).isEqualTo(HELLO);
        assertThat(here.health().malformed()).isEqualTo(2);
        assertThat(here.health().received()).isEqualTo(1);
    }

    /** Returns the Redis channel of a group. */
    private String channel(String group) {
        String channels = redis.command("PUBSUB", "CHANNELS", "*" + group);
        return channels.substring(1, channels.length() - 1);
    }

    @Test
    void djangoLayerCountsAndSkipsGarbageInAProcessQueue() {
        DjangoChannelLayer here = django();
        Peer bob = member(here, "room");
        String now = String.valueOf(System.currentTimeMillis() / 1000);

        redis.command("ZADD", "asgi" + process(bob) + "!", now, "garbage");
        await().until(() -> here.health().malformed() == 1);
        done(django().groupSend("room", HELLO));

        assertThat(bob.next()).isEqualTo(HELLO);
        assertThat(here.health().received()).isEqualTo(1);
    }

    // ---- retries ----

    @Test
    void queueLayerCountsRepeatedRequests() {
        RedisChannelLayer here = queues();
        Peer bob = member(queues(), "room");
        done(here.groupSend("room", HELLO));
        done(here.groupSend("room", HELLO));
        done(here.send("jobs", HELLO));
        bob.next(2);
        long before = here.health().retries();

        redis.command("SCRIPT", "FLUSH");
        done(here.groupSend("room", HELLO));
        assertThat(here.health().retries()).isEqualTo(before + 1);
        done(here.send("jobs", HELLO));
        assertThat(here.health().retries()).isEqualTo(before + 2);

        assertThat(bob.next()).isEqualTo(HELLO);
        assertThat(here.health().published()).isEqualTo(5);
        assertThat(here.health().failed()).isZero();
    }

    @Test
    void queueLayerCountsRequestsThatWaitForRedis() {
        RedisChannelLayer here = started(
                RedisChannelLayer.builder(hosts()).maxBytesDuringOutage(100_000).build());
        redis.kill();
        await().until(() -> here.health().state() == State.DOWN);

        CompletionStage<Void> sent = here.send("jobs", HELLO);
        assertThat(here.health().published()).isZero();
        redis.restart();

        done(sent);
        assertThat(here.health().retries()).isPositive();
        assertThat(here.health().published()).isEqualTo(1);
        assertThat(here.health().failed()).isZero();
    }

    @Test
    void pubSubLayerCountsRepeatedRequestsInACluster() {
        try (RedisCluster cluster = RedisCluster.start()) {
            RedisPubSubChannelLayer here = started(RedisPubSubChannelLayer.create(cluster.clusterUrl()));
            Peer bob = member(here, "room");
            done(here.groupSend("room", HELLO));
            assertThat(here.health().retries()).isZero();
            String channel = shardChannel(cluster);
            RedisProcess from = cluster.ownerAtStart(channel);

            cluster.migrate(cluster.slot(channel), from, cluster.anotherMaster(from));
            done(here.groupSend("room", HELLO));

            assertThat(here.health().retries()).isPositive();
            assertThat(here.health().published()).isEqualTo(2);
            bob.close();
            here.close();
        }
    }

    private static String shardChannel(RedisCluster cluster) {
        return cluster.nodes().stream()
                .map(node -> node.command("PUBSUB", "SHARDCHANNELS", "*room"))
                .filter(channels -> channels.length() > 2)
                .map(channels -> channels.substring(1, channels.length() - 1))
                .findFirst()
                .orElseThrow();
    }
}
