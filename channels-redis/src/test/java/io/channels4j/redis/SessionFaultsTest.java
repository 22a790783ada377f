package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.redis.server.RedisCluster;
import io.channels4j.redis.server.RedisSentinels;
import io.channels4j.support.RedisProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests faults while one process creates sessions and another one reads them. */
@Timeout(90)
class SessionFaultsTest {

    @Test
    void redisIsKilledAndRestarted() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.startDurable();
                SessionTraffic traffic = new SessionTraffic(redis.url())) {
            FaultReport report = traffic.suffer("Redis killed and restarted", () -> {
                redis.kill();
                traffic.awaitFailure();
                redis.restart();
            });

            assertThat(report.lost()).isZero();
        }
    }

    @Test
    void connectionsAreKilled() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                SessionTraffic traffic = new SessionTraffic(redis.url())) {
            FaultReport report = traffic.suffer("CLIENT KILL", () -> redis.command("CLIENT", "KILL", "TYPE", "normal"));

            assertThat(report.lost()).isZero();
        }
    }

    @Test
    void redisPauses() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                SessionTraffic traffic = new SessionTraffic(redis.url())) {
            FaultReport report = traffic.suffer("CLIENT PAUSE for 5 s", () -> redis.command("CLIENT", "PAUSE", "5000"));

            assertThat(report.lost()).isZero();
            assertThat(report.confirmed()).isEqualTo(report.sent());
        }
    }

    @Test
    void masterIsKilledUnderSentinels() throws InterruptedException {
        try (RedisSentinels sentinels = RedisSentinels.start();
                SessionTraffic traffic = new SessionTraffic(sentinels.url())) {
            sentinels.awaitReplica();
            traffic.suffer("master killed under Sentinel", () -> {
                sentinels.master().kill();
                traffic.awaitFailure();
                sentinels.awaitFailover();
            });
        }
    }

    @Test
    void masterOfAClusterIsKilled() throws InterruptedException {
        try (RedisCluster cluster = RedisCluster.startWithReplicas();
                SessionTraffic traffic = new SessionTraffic(cluster.clusterUrl())) {
            RedisProcess master = cluster.nodes().get(0);
            FaultReport report = traffic.suffer("master of a cluster killed", () -> {
                master.kill();
                cluster.awaitFailover(master);
            });

            // the periodic look-up of the topology alone would take 30 s
            assertThat(report.millis()).isLessThan(20_000);
        }
    }
}
