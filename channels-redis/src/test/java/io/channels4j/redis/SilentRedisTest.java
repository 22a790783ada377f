package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.support.CapturedLog;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests what layers report after a lost lease, and while Redis does not reply on open connections. */
@Timeout(40)
class SilentRedisTest {

    private static final Message HELLO = Message.of("hello");

    private final RedisProcess redis = RedisProcess.start();
    private final Outages outages = new Outages();

    /** The layers that probe Redis. */
    @SuppressWarnings("ImmutableEnumChecker") // the functions have no state
    enum Kind {
        QUEUES(
                (hosts, listener) ->
                        RedisChannelLayer.builder(hosts).listener(listener).build(),
                layer -> ((RedisChannelLayer) layer).health()),
        PUB_SUB(
                (hosts, listener) -> RedisPubSubChannelLayer.builder(hosts)
                        .listener(listener)
                        .build(),
                layer -> ((RedisPubSubChannelLayer) layer).health()),
        DJANGO(
                (hosts, listener) ->
                        DjangoChannelLayer.builder(hosts).listener(listener).build(),
                layer -> ((DjangoChannelLayer) layer).health()),
        DJANGO_PUB_SUB(
                (hosts, listener) -> DjangoPubSubChannelLayer.builder(hosts)
                        .listener(listener)
                        .build(),
                layer -> ((DjangoPubSubChannelLayer) layer).health());

        private final BiFunction<RedisHosts, LayerListener, ChannelLayer> build;
        private final Function<ChannelLayer, LayerHealth> health;

        Kind(BiFunction<RedisHosts, LayerListener, ChannelLayer> build, Function<ChannelLayer, LayerHealth> health) {
            this.build = build;
            this.health = health;
        }
    }

    @AfterEach
    void end() {
        redis.close();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P5: a silent Redis is reported within the time-out, the lag grows, and each change is logged once")
    void reportsSilence(Kind kind) {
        RedisHosts hosts = RedisHosts.of(redis.url())
                .withTimeout(Duration.ofSeconds(6))
                .withReconnectDelay(Duration.ofMillis(10), Duration.ofMillis(100));
        try (ChannelLayer layer = kind.build.apply(hosts, outages);
                CapturedLog log = CapturedLog.of("io.channels4j.redis")) {
            await().until(() -> kind.health.apply(layer).state() == State.UP);
            outages.forget();

            redis.suspend();
            await().until(() -> kind.health.apply(layer).state() == State.DEGRADED);
            assertThat(kind.health.apply(layer).cause())
                    .hasValueSatisfying(cause -> assertThat(cause).contains("no answer for"));
            await().until(() -> kind.health.apply(layer).lag().compareTo(Duration.ofMillis(3500)) > 0);

            redis.resume();
            await().until(() -> kind.health.apply(layer).state() == State.UP
                    && kind.health.apply(layer).lag().compareTo(Duration.ofMillis(900)) < 0);
            assertThat(outages.reported())
                    .filteredOn(report -> !report.startsWith("gap"))
                    .containsExactly("DEGRADED", "UP");
            assertThat(log.messages(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains("DEGRADED after UP for", "no answer for");
            assertThat(log.messages(Level.INFO))
                    .singleElement()
                    .asString()
                    .contains("UP after DEGRADED for", "no answer for");
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P5: the lag grows while there is no connection")
    void lagGrowsDuringAnOutage(Kind kind) {
        RedisHosts hosts = RedisHosts.of(redis.url()).withReconnectDelay(Duration.ofMillis(10), Duration.ofMillis(100));
        try (ChannelLayer layer = kind.build.apply(hosts, outages)) {
            await().until(() -> kind.health.apply(layer).state() == State.UP);

            redis.kill();

            await().until(() -> kind.health.apply(layer).state() == State.DOWN
                    && kind.health.apply(layer).lag().compareTo(Duration.ofMillis(2500)) > 0);
        }
    }

    @Test
    @DisplayName("P5: a lease that Redis has evicted is renewed within seconds, and the gap is reported")
    void renewsAnEvictedLease() {
        RedisHosts hosts = RedisHosts.of(redis.url());
        try (RedisChannelLayer here = RedisChannelLayer.builder(hosts)
                        .lease(Duration.ofMinutes(10), Duration.ofMinutes(5))
                        .listener(outages)
                        .build();
                RedisChannelLayer there = RedisChannelLayer.create(redis.url())) {
            Peer ada = member(here, "room");
            outages.forget();

            redis.command("DEL", "channels:{0}:leases");

            assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
            await().until(() -> outages.reported().equals(List.of("DEGRADED", "gap 1", "UP")));
            done(there.groupSend("room", HELLO));
            assertThat(ada.next()).isEqualTo(HELLO);
        }
    }
}
