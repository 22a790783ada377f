package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.redis.server.RedisSentinels;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests faults while messages flow over {@link DjangoChannelLayer}, through a group and a work queue. */
@Timeout(90)
class DjangoFaultsTest {

    private static RedisHosts hosts(String url) {
        return RedisHosts.of(url).withReconnectDelay(Duration.ofMillis(20), Duration.ofMillis(200));
    }

    private static void assertLossIsReported(QueueTraffic traffic, QueueTraffic.Outcome outcome) {
        assertThat(outcome.group().lost() == 0 || traffic.observer.gaps() > 0)
                .as("lost messages of the group are reported as a gap")
                .isTrue();
        assertThat(outcome.group().late()).isZero();
    }

    @Test
    void redisIsKilledAndRestarted() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.startDurable();
                QueueTraffic traffic = QueueTraffic.django(hosts(redis.url()))) {
            traffic.awaitConfirmed(200);
            long start = System.nanoTime();
            redis.kill();
            traffic.awaitDown();
            redis.restart();

            QueueTraffic.Outcome outcome = traffic.settle("Redis killed and restarted", start);

            assertLossIsReported(traffic, outcome);
            assertThat(outcome.queue().lost()).isZero();
        }
    }

    @Test
    void connectionsAreKilled() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                QueueTraffic traffic = QueueTraffic.django(hosts(redis.url()))) {
            long start = System.nanoTime();
            for (int i = 0; i < 5; i++) {
                traffic.awaitConfirmed(200);
                start = System.nanoTime();
                redis.command("CLIENT", "KILL", "TYPE", "normal");
            }

            QueueTraffic.Outcome outcome = traffic.settle("CLIENT KILL, 5 times", start);

            assertLossIsReported(traffic, outcome);
            assertThat(outcome.queue().lost()).isZero();
        }
    }

    @Test
    void redisPauses() throws InterruptedException {
        try (RedisProcess redis = RedisProcess.start();
                QueueTraffic traffic = QueueTraffic.django(hosts(redis.url()))) {
            traffic.awaitConfirmed(200);
            long start = System.nanoTime();
            redis.command("CLIENT", "PAUSE", "5000");

            QueueTraffic.Outcome outcome = traffic.settle("CLIENT PAUSE for 5 s", start);

            assertThat(outcome.queue().lost() + outcome.group().lost()).isZero();
        }
    }

    @Test
    void masterIsKilled() throws InterruptedException {
        try (RedisSentinels sentinels = RedisSentinels.start();
                QueueTraffic traffic = QueueTraffic.django(hosts(sentinels.url()))) {
            traffic.awaitConfirmed(200);
            sentinels.awaitReplica();
            long start = System.nanoTime();
            sentinels.master().kill();
            traffic.awaitDown();

            traffic.settle("master killed under Sentinel", start, true);
        }
    }
}
