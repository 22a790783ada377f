package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.dialect.NativeAddresses;
import io.channels4j.redis.server.RedisCluster;
import io.channels4j.redis.server.RedisSentinels;
import io.channels4j.redis.wire.Keys;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests faults while messages are in flight. Messages may be lost, but are not duplicated or reordered. */
@Timeout(90)
class RedisPubSubFaultsTest {

    private static final String ROOM_IN_CLUSTER = new NativeAddresses(Keys.of("channels"), true)
            .group(PubSubTraffic.ROOM)
            .redisName();

    @Test
    void redisIsKilledAndRestarted() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                PubSubTraffic traffic = new PubSubTraffic(redis.url())) {
            traffic.suffer("Redis killed and restarted", () -> {
                redis.kill();
                await().until(() -> traffic.from.health().state() == State.DOWN);
                redis.restart();
            });
        }
    }

    @Test
    void connectionsAreKilled() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                PubSubTraffic traffic = new PubSubTraffic(redis.url())) {
            traffic.suffer("CLIENT KILL", () -> {
                redis.command("CLIENT", "KILL", "TYPE", "pubsub");
                redis.command("CLIENT", "KILL", "TYPE", "normal");
            });
        }
    }

    @Test
    void redisIsPaused() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                PubSubTraffic traffic = new PubSubTraffic(redis.url())) {
            FaultReport report =
                    traffic.suffer("CLIENT PAUSE for 5 s", () -> redis.command("CLIENT", "PAUSE", "5000", "ALL"));

            assertThat(report.delivered()).isEqualTo(report.sent());
        }
    }

    @Test
    void masterIsKilledUnderSentinels() throws InterruptedException {
        try (RedisSentinels sentinels = RedisSentinels.start();
                PubSubTraffic traffic = new PubSubTraffic(sentinels.url())) {
            traffic.suffer("master killed under Sentinel", () -> {
                sentinels.master().kill();
                await().until(() -> traffic.from.health().state() == State.DOWN);
            });
        }
    }

    @Test
    void slotMoves() throws InterruptedException {
        try (RedisCluster cluster = RedisCluster.start();
                PubSubTraffic traffic = new PubSubTraffic(cluster.clusterUrl())) {
            RedisProcess from = cluster.ownerAtStart(ROOM_IN_CLUSTER);
            traffic.suffer(
                    "slot of a cluster migrated",
                    () -> cluster.migrate(cluster.slot(ROOM_IN_CLUSTER), from, cluster.anotherMaster(from)));
        }
    }

    @Test
    void masterOfAClusterIsKilled() throws InterruptedException {
        try (RedisCluster cluster = RedisCluster.startWithReplicas();
                PubSubTraffic traffic = new PubSubTraffic(cluster.clusterUrl())) {
            RedisProcess master = cluster.ownerAtStart(ROOM_IN_CLUSTER);
            traffic.suffer("master of a cluster killed", () -> {
                master.kill();
                cluster.awaitFailover(master);
            });
        }
    }

    @Test
    void anotherProcessIsKilled() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                ForkedMember doomed = ForkedMember.start(redis.url(), "channels", 0, 1, 10);
                PubSubTraffic traffic = new PubSubTraffic(redis.url())) {
            assertThat(doomed.readLine()).isEqualTo("ready");
            assertThat(subscribers(redis)).isEqualTo("2");

            FaultReport report = traffic.suffer("process killed with -9", () -> {
                doomed.kill();
                await().atMost(Duration.ofSeconds(5))
                        .until(() -> subscribers(redis).equals("1"));
            });

            assertThat(report.delivered()).isEqualTo(report.sent());
        }
    }

    @Test
    void memberChurnOpensNoConnectionAndLeavesNoSubscription() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start()) {
            try (PubSubTraffic traffic = new PubSubTraffic(redis.url())) {
                long open = connections(redis);
                FaultReport report = traffic.suffer("50,000 joined and left", () -> churn(traffic.to));

                assertThat(connections(redis)).isEqualTo(open).isEqualTo(4);
                assertThat(report.delivered()).isEqualTo(report.sent());
            }
            await().until(() -> connections(redis) == 0);
            assertThat(redis.command("DBSIZE")).isEqualTo("0");
        }
    }

    private static void churn(RedisPubSubChannelLayer layer) {
        Peer restless = Peer.of(layer);
        for (int i = 0; i < 50_000; i++) {
            String group = "churn" + i % 500;
            CompletionStage<Void> joined = layer.groupAdd(group, restless.channel());
            CompletionStage<Void> left = layer.groupDiscard(group, restless.channel());
            if (i % 1000 == 0) {
                PubSubRules.done(joined);
                PubSubRules.done(left);
            }
        }
    }

    private static long connections(RedisProcess redis) {
        return redis.command("CLIENT", "LIST")
                .lines()
                .filter(line -> line.contains("name=channels-pubsub"))
                .count();
    }

    /** Returns the number of processes subscribed to the room. */
    private static String subscribers(RedisProcess redis) {
        return redis.command("PUBSUB", "NUMSUB", "channels:group:" + PubSubTraffic.ROOM)
                .replaceAll(".*, (\\d+)]", "$1");
    }
}
