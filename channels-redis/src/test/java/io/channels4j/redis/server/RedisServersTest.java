package io.channels4j.redis.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.support.RedisProcess;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class RedisServersTest {

    @Test
    void killedServerRestartsOnItsPort() {
        try (RedisProcess redis = RedisProcess.start()) {
            redis.command("SET", "a", "1");
            redis.kill();
            redis.restart();

            assertThat(redis.command("GET", "a")).isEqualTo("null");
        }
    }

    @Test
    void durableServerKeepsItsDataWhenKilled() {
        try (RedisProcess redis = RedisProcess.startDurable()) {
            redis.command("SET", "a", "1");
            redis.kill();
            redis.restart();

            assertThat(redis.command("GET", "a")).isEqualTo("1");
        }
    }

    @Test
    void clusterMovesASlot() {
        try (RedisCluster cluster = RedisCluster.start()) {
            RedisProcess from = cluster.ownerAtStart("a");
            RedisProcess to = cluster.nodes().get((cluster.nodes().indexOf(from) + 1) % 3);
            from.command("SET", "a", "1");
            cluster.migrate(cluster.slot("a"), from, to);

            assertThat(to.command("GET", "a")).isEqualTo("1");
        }
    }

    @Test
    void sentinelsPromoteTheReplicaWhenTheMasterIsKilled() {
        try (RedisSentinels sentinels = RedisSentinels.start()) {
            sentinels.master().kill();

            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> sentinels.masterPort() == sentinels.replica().port());
        }
    }
}
