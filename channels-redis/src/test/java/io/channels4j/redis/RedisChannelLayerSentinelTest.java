package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.server.RedisSentinels;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RedisChannelLayerSentinelTest extends QueueRules {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    @Override
    RedisHosts hosts() {
        return hosts(RedisSentinels.shared());
    }

    private static RedisHosts hosts(RedisSentinels sentinels) {
        return RedisHosts.of(sentinels.url()).withReconnectDelay(Duration.ofMillis(50), Duration.ofMillis(500));
    }

    @Test
    @Timeout(40)
    void followsMasterToAnotherHost() {
        try (RedisSentinels own = RedisSentinels.start();
                RedisChannelLayer here = RedisChannelLayer.builder(hosts(own)).build();
                RedisChannelLayer there = RedisChannelLayer.builder(hosts(own)).build()) {
            Peer bob = member(there, "room");
            done(here.send("jobs", Message.of("before")));
            await().until(() ->
                    own.replica().command("XLEN", "channels:{0}:queue:jobs").equals("1"));

            own.master().kill();
            await().until(() -> here.health().state() == State.DOWN);
            await().atMost(TIMEOUT).until(() -> here.health().state() == State.UP);
            await().atMost(TIMEOUT).until(() -> there.health().state() == State.UP);
            done(here.groupSend("room", Message.of("hello")));

            assertThat(bob.next()).isEqualTo(Message.of("hello"));
            assertThat(done(there.receive("jobs"))).isEqualTo(Message.of("before"));
        }
    }
}
