package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.redis.server.RedisCluster;
import io.channels4j.redis.server.RedisSentinels;
import io.channels4j.support.RedisProcess;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests faults while messages flow from one process to another, through a group and a work queue. */
@Timeout(90)
class RedisChannelLayerFaultsTest {

    private static RedisHosts hosts(String url) {
        return RedisHosts.of(url).withReconnectDelay(Duration.ofMillis(20), Duration.ofMillis(200));
    }

    private static void assertNothingLost(QueueTraffic.Outcome outcome) {
        assertThat(outcome.queue().lost()).isZero();
        assertThat(outcome.group().lost()).isZero();
        assertThat(outcome.group().duplicated()).isZero();
    }

    @Test
    void losesNothingWhenRedisIsKilledAndRestarted() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.startDurable();
                QueueTraffic traffic = new QueueTraffic(hosts(redis.url()))) {
            traffic.awaitConfirmed(200);
            long start = System.nanoTime();
            redis.kill();
            traffic.awaitDown();
            redis.restart();

            QueueTraffic.Outcome outcome = traffic.settle("Redis killed and restarted", start);

            assertNothingLost(outcome);
            assertThat(outcome.queue().late() + outcome.group().late()).isZero();
        }
    }

    @Test
    void losesNothingWhenConnectionsAreKilled() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                QueueTraffic traffic = new QueueTraffic(hosts(redis.url()))) {
            long start = System.nanoTime();
            for (int i = 0; i < 5; i++) {
                traffic.awaitConfirmed(200);
                start = System.nanoTime();
                redis.command("CLIENT", "KILL", "TYPE", "normal");
            }

            QueueTraffic.Outcome outcome = traffic.settle("CLIENT KILL, 5 times", start);

            assertNothingLost(outcome);
            assertThat(outcome.queue().late() + outcome.group().late()).isZero();
        }
    }

    @Test
    void losesNothingWhileRedisPauses() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                QueueTraffic traffic = new QueueTraffic(hosts(redis.url()))) {
            traffic.awaitConfirmed(200);
            long start = System.nanoTime();
            redis.command("CLIENT", "PAUSE", "5000");

            QueueTraffic.Outcome outcome = traffic.settle("CLIENT PAUSE for 5 s", start);

            assertNothingLost(outcome);
            assertThat(outcome.queue().late() + outcome.group().late()).isZero();
            assertThat(outcome.queue().confirmed()).isEqualTo(outcome.queue().sent());
        }
    }

    @Test
    void continuesWhenTheMasterIsKilled() throws InterruptedException {
        try (RedisSentinels sentinels = RedisSentinels.start();
                QueueTraffic traffic = new QueueTraffic(hosts(sentinels.url()))) {
            traffic.awaitConfirmed(200);
            sentinels.awaitReplica();
            long start = System.nanoTime();
            sentinels.master().kill();
            traffic.awaitDown();

            QueueTraffic.Outcome outcome = traffic.settle("master killed under Sentinel", start, true);

            assertThat(outcome.group().duplicated()).isZero();
        }
    }

    @Test
    void losesNoConfirmedMessageWhenTheMasterIsKilled() throws InterruptedException {
        try (RedisSentinels sentinels = RedisSentinels.start();
                QueueTraffic traffic =
                        new QueueTraffic(hosts(sentinels.url()), "room", RedisChannelLayerFaultsTest::confirmed)) {
            traffic.awaitConfirmed(200);
            long start = System.nanoTime();
            sentinels.master().kill();
            sentinels.awaitFailover();
            sentinels.master().restart(); // the replica that must confirm messages

            assertNothingLost(traffic.settle("master killed under Sentinel, confirmed", start));
        }
    }

    private static RedisChannelLayer.Builder confirmed(RedisChannelLayer.Builder builder) {
        return builder.confirmedByReplicas(1, Duration.ofMillis(500));
    }

    @Test
    void losesNothingWhileASlotMoves() throws InterruptedException {
        try (RedisCluster cluster = RedisCluster.start();
                QueueTraffic traffic =
                        new QueueTraffic(hosts(cluster.clusterUrl()), roomBesideJobs(), UnaryOperator.identity())) {
            String tag = "{" + partitionOfJobs() + "}";
            RedisProcess from = cluster.ownerAtStart(tag);
            traffic.awaitConfirmed(200);
            long start = System.nanoTime();
            cluster.migrate(cluster.slot(tag), from, cluster.anotherMaster(from));

            QueueTraffic.Outcome outcome = traffic.settle("slot of a cluster migrated", start);

            assertNothingLost(outcome);
            assertThat(outcome.queue().duplicated()).isZero();
        }
    }

    @Test
    void continuesWhenAMasterOfAClusterIsKilled() throws InterruptedException {
        try (RedisCluster cluster = RedisCluster.startWithReplicas();
                QueueTraffic traffic =
                        new QueueTraffic(hosts(cluster.clusterUrl()), roomBesideJobs(), UnaryOperator.identity())) {
            traffic.awaitConfirmed(200);
            long start = System.nanoTime();
            RedisProcess master = cluster.ownerAtStart("{" + partitionOfJobs() + "}");
            master.kill();
            cluster.awaitFailover(master);

            QueueTraffic.Outcome outcome = traffic.settle("master of a cluster killed", start, true);

            assertThat(outcome.group().duplicated()).isZero();
            assertThat(traffic.observer.hasReportedOutage()).isTrue();
        }
    }

    @Test
    void losesNoConfirmedMessageWhenAMasterOfAClusterIsKilled() throws InterruptedException {
        try (RedisCluster cluster = RedisCluster.startWithReplicas();
                QueueTraffic traffic = new QueueTraffic(
                        hosts(cluster.clusterUrl()), roomBesideJobs(), RedisChannelLayerFaultsTest::confirmed)) {
            traffic.awaitConfirmed(200);
            long start = System.nanoTime();
            RedisProcess master = cluster.ownerAtStart("{" + partitionOfJobs() + "}");
            master.kill();
            cluster.awaitFailover(master);
            master.restart(); // the replica that must confirm messages

            assertNothingLost(traffic.settle("master of a cluster killed, confirmed", start));
        }
    }

    private static long partitionOfJobs() {
        return partitionOf(QueueTraffic.JOBS);
    }

    private static long partitionOf(String name) {
        CRC32 crc = new CRC32();
        crc.update(name.getBytes(StandardCharsets.UTF_8));
        return crc.getValue() % 8;
    }

    /** Returns a group on the same cluster node as the jobs queue. */
    private static String roomBesideJobs() {
        return IntStream.range(0, 1000)
                .mapToObj(i -> "room" + i)
                .filter(room -> partitionOf(room) == partitionOfJobs())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void memberChurnOpensNoConnectionAndLeavesNoKey() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start()) {
            int before = connections(redis);
            try (QueueTraffic traffic = new QueueTraffic(hosts(redis.url()))) {
                traffic.awaitConfirmed(100);
                int open = connections(redis);
                Peer restless = Peer.of(traffic.worker);
                for (int i = 0; i < 50_000; i++) {
                    String group = "room" + i % 500;
                    traffic.worker.groupAdd(group, restless.channel());
                    CompletionStage<Void> left = traffic.worker.groupDiscard(group, restless.channel());
                    if (i % 1000 == 0) {
                        done(left);
                        assertThat(connections(redis)).isEqualTo(open);
                    }
                }
                assertThat(open - before).isEqualTo(5);

                assertNothingLost(traffic.settle("50,000 joined and left", System.nanoTime()));
            }
            await().until(() -> redis.command("KEYS", "*:group:*").equals("[]"));
            await().untilAsserted(() -> assertThat(redis.command("KEYS", "*"))
                    .matches("\\[((, )?channels:\\{0}:(queue:jobs|held:jobs:[\\w.]+))*]"));
            await().until(() -> connections(redis) == before);
        }
    }

    private static int connections(RedisProcess redis) {
        return (int) redis.command("CLIENT", "LIST").lines().count();
    }
}
