package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisPubSubManyHostsTest extends PubSubRules {

    private static final List<RedisProcess> HOSTS = new ArrayList<>();

    @BeforeAll
    static void startRedis() {
        for (int i = 0; i < 3; i++) {
            HOSTS.add(RedisProcess.start());
        }
    }

    @AfterAll
    static void stopRedis() {
        HOSTS.forEach(RedisProcess::close);
        HOSTS.clear();
    }

    @Override
    RedisHosts hosts() {
        return RedisHosts.of(HOSTS.stream().map(RedisProcess::url).toArray(String[]::new));
    }

    @Test
    void orderOfUrlsDoesNotMatter() {
        RedisPubSubChannelLayer here = process();
        RedisPubSubChannelLayer there = started(RedisPubSubChannelLayer.builder(
                        HOSTS.get(2).url(), HOSTS.get(0).url(), HOSTS.get(1).url())
                .prefix(prefix()));
        Peer direct = Peer.of(there);

        for (int i = 0; i < 20; i++) {
            Peer bob = member(there, "room" + i);
            done(here.groupSend("room" + i, Message.of("hello")));
            assertThat(bob.next()).isEqualTo(Message.of("hello"));
        }
        done(here.send(direct.channel(), Message.of("hello")));
        assertThat(direct.next()).isEqualTo(Message.of("hello"));
    }

    @Test
    void hostsShareGroups() {
        RedisPubSubChannelLayer here = process();
        for (int i = 0; i < 60; i++) {
            member(here, "room" + i);
        }

        for (RedisProcess host : HOSTS) {
            try (var cli = host.cli()) {
                assertThat((List<?>) cli.reply("PUBSUB", "CHANNELS", prefix() + ":group:*"))
                        .hasSizeBetween(5, 40);
            }
        }
    }

    @Test
    void lossOfOneHostIsDegraded() {
        try (RedisProcess one = RedisProcess.start();
                RedisProcess other = RedisProcess.start()) {
            RedisPubSubChannelLayer here = started(RedisPubSubChannelLayer.builder(one.url(), other.url()));

            other.kill();
            await().until(() -> here.health().state() == State.DEGRADED);
            one.kill();
            await().until(() -> here.health().state() == State.DOWN);
        }
    }

    @Test
    void detectsSilentHost() {
        try (RedisProcess one = RedisProcess.start();
                RedisProcess other = RedisProcess.start()) {
            RedisHosts hosts = RedisHosts.of(one.url(), other.url()).withTimeout(Duration.ofMillis(500));
            Outages outages = new Outages();
            RedisPubSubChannelLayer here =
                    started(RedisPubSubChannelLayer.builder(hosts).listener(outages));
            await().until(() -> here.health().lag().toNanos() > 0);

            for (RedisProcess host : List.of(one, other)) {
                outages.forget();
                host.command("CLIENT", "PAUSE", "3000", "ALL");
                await().until(() -> outages.reported().contains("DEGRADED"));
                await().until(() -> here.health().state() == State.UP);
            }
        }
    }

    @Test
    void rejectsDuplicateHost() {
        String url = HOSTS.get(0).url();

        assertThatThrownBy(() -> RedisPubSubChannelLayer.create(url, url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected: each once");
    }
}
