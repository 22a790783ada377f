package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(40)
class RedisAccessTest {

    private static final Message HELLO = Message.of("hello");

    private final RedisProcess redis = RedisProcess.start();

    @AfterEach
    void end() {
        redis.close();
    }

    private RedisHosts hosts() {
        return RedisHosts.of("redis://user:secret@127.0.0.1:" + redis.port())
                .withTimeout(Duration.ofSeconds(20))
                .withReconnectDelay(Duration.ofMillis(10), Duration.ofMillis(100));
    }

    private void user(String... rules) {
        String[] command = new String[6 + rules.length];
        System.arraycopy(new String[] {"ACL", "SETUSER", "user", "reset", "on", ">secret"}, 0, command, 0, 6);
        System.arraycopy(rules, 0, command, 6, rules.length);
        redis.command(command);
    }

    @ParameterizedTest
    @ValueSource(strings = {"resetchannels", "&other:*", "&channels:group:*"})
    void refusesToStartWithoutRightsToItsChannels(String channels) {
        user("~*", "+@all", channels);
        Instant limit = Instant.now().plus(Duration.ofSeconds(10));

        assertThatThrownBy(() -> RedisPubSubChannelLayer.builder(hosts()).build())
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("access denied by Redis")
                .hasMessageContaining("NOPERM");
        assertThat(Instant.now()).as("does not wait for the time-out").isBefore(limit);
    }

    @Test
    @DisplayName("P5: without rights to channels, joins succeed locally, and the layer is not up")
    void losesRightsAtRunTime() {
        user("~*", "&*", "+@all");
        try (RedisPubSubChannelLayer here =
                        RedisPubSubChannelLayer.builder(hosts()).build();
                RedisPubSubChannelLayer there = RedisPubSubChannelLayer.create(redis.url())) {
            Peer ada = PubSubRules.member(here, "room");

            redis.command("ACL", "SETUSER", "user", "resetchannels");
            await().until(() -> here.health().state() != State.UP);
            Peer bob = PubSubRules.member(here, "another");
            here.groupSend("another", HELLO);
            assertThat(bob.next()).isEqualTo(HELLO);
            await().during(Duration.ofMillis(1500)).until(() -> here.health().state() != State.UP);

            redis.command("ACL", "SETUSER", "user", "&*");
            await().until(() -> here.health().state() == State.UP);
            PubSubRules.done(there.groupSend("room", HELLO));
            assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
            assertThat(ada.next()).isEqualTo(HELLO);
        }
    }

    @Test
    void reportsARefusalAndItsEnd() {
        user("~*", "&*", "+@all");
        try (RedisPubSubChannelLayer here =
                RedisPubSubChannelLayer.builder(hosts()).build()) {
            redis.command("ACL", "SETUSER", "user", "-publish");
            await().until(() -> here.health().state() == State.DEGRADED);

            redis.command("ACL", "SETUSER", "user", "+publish");
            await().until(() -> here.health().state() == State.UP);
        }
    }
}
