package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.server.RedisSentinels;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RedisPubSubSentinelTest extends PubSubRules {

    private final RedisSentinels sentinels = RedisSentinels.shared();

    @Override
    RedisHosts hosts() {
        return RedisHosts.of(sentinels.url()).withReconnectDelay(Duration.ofMillis(50), Duration.ofMillis(500));
    }

    @Test
    void followsMasterToAnotherHost() {
        try (RedisSentinels own = RedisSentinels.start()) {
            RedisHosts hosts =
                    RedisHosts.of(own.url()).withReconnectDelay(Duration.ofMillis(50), Duration.ofMillis(500));
            RedisPubSubChannelLayer here = started(RedisPubSubChannelLayer.builder(hosts));
            RedisPubSubChannelLayer there = started(RedisPubSubChannelLayer.builder(hosts));
            Peer bob = member(there, "room");

            own.master().kill();
            await().until(() -> here.health().state() == State.DOWN);
            await().atMost(Duration.ofSeconds(20)).until(() -> here.health().state() == State.UP);
            await().atMost(Duration.ofSeconds(20)).until(() -> there.health().state() == State.UP);
            done(here.groupSend("room", Message.of("hello")));

            assertThat(bob.next()).isEqualTo(Message.of(ChannelLayer.GAP));
            assertThat(bob.next()).isEqualTo(Message.of("hello"));
        }
    }
}
