package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.support.RedisProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RedisPubSubChannelLayerTest extends PubSubRules {

    private static RedisProcess redis;

    @BeforeAll
    static void startRedis() {
        redis = RedisProcess.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @Override
    RedisHosts hosts() {
        return RedisHosts.of(redis.url());
    }

    private static int published() {
        Matcher calls = Pattern.compile("cmdstat_publish:calls=(\\d+)").matcher(redis.command("INFO", "commandstats"));
        return calls.find() ? Integer.parseInt(calls.group(1)) : 0;
    }

    private static long clients() {
        return redis.command("CLIENT", "LIST")
                .lines()
                .filter(line -> line.contains("name=channels-pubsub"))
                .count();
    }

    private String subscriptions() {
        try (var cli = redis.cli()) {
            return String.valueOf(cli.reply("PUBSUB", "CHANNELS", prefix() + ":*"));
        }
    }

    @Test
    @DisplayName("P6: Redis sends a message once per subscribed process, never once per member")
    void broadcastIsOnePublish() {
        RedisPubSubChannelLayer here = process();
        RedisPubSubChannelLayer there = process();
        List<Peer> members = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            members.add(member(here, "room"));
            members.add(member(there, "room"));
        }
        int before = published();

        for (int i = 0; i < 100; i++) {
            done(here.groupSend("room", Message.of("n").with("i", i)));
        }

        for (Peer member : members) {
            assertThat(member.next(100)).last().isEqualTo(Message.of("n").with("i", 99));
        }
        assertThat(published() - before).isBetween(100, 120); // each process also sends a probe every second
        assertThat(there.health().received()).isEqualTo(100);
        assertThat(here.health().received()).isZero();
    }

    @Test
    void firstMemberSubscribesAndLastUnsubscribes() {
        RedisPubSubChannelLayer here = process();
        Peer ada = member(here, "room");
        Peer bob = member(here, "room");
        assertThat(subscriptions()).contains(prefix() + ":group:room");

        ada.close();
        assertThat(subscriptions()).contains(prefix() + ":group:room");
        bob.close();

        await().until(() -> !subscriptions().contains(":group:"));
    }

    @Test
    void hidesNames() {
        RedisPubSubChannelLayer here = started(builder().hideNames("a secret for names"));
        Peer ada = member(here, "room");

        done(process().groupSend("room", Message.of("not for you")));
        done(started(builder().hideNames("a secret for names")).groupSend("room", Message.of("hello")));

        assertThat(ada.next()).isEqualTo(Message.of("hello"));
        assertThat(subscriptions()).contains(":group:").doesNotContain("room");
    }

    @Test
    void churnKeepsConnectionsAndLeavesNoSubscription() {
        RedisPubSubChannelLayer here = process();
        await().until(() -> clients() == 2);
        List<CompletionStage<Void>> changes = new ArrayList<>();

        for (int i = 0; i < 20_000; i++) {
            Peer peer = Peer.of(here);
            changes.add(here.groupAdd("room" + i % 1000, peer.channel()));
            changes.add(here.groupDiscard("room" + i % 1000, peer.channel()));
            peer.close();
        }
        changes.forEach(PubSubRules::done);

        assertThat(clients()).isEqualTo(2);
        await().until(() -> !subscriptions().contains(":group:"));
        assertThat(here.health().subscriptions()).isEqualTo(3);
    }

    @Test
    void closeRemovesConnectionsAndSubscriptions() {
        RedisPubSubChannelLayer here = process();
        Peer ada = member(here, "room");
        await().until(() -> clients() == 2);

        here.close();

        await().until(() -> clients() == 0);
        assertThat(subscriptions()).isEqualTo("[]");
        assertThat(redis.command("DBSIZE")).isEqualTo("0");
        assertThat(ada.waiting()).isZero();
    }

    @Test
    void rejectedPasswordFailsImmediately() {
        try (RedisProcess locked = RedisProcess.start()) {
            locked.command("CONFIG", "SET", "requirepass", "right");

            assertThatThrownBy(() -> RedisPubSubChannelLayer.create("redis://:wrong@127.0.0.1:" + locked.port()))
                    .isInstanceOf(ChannelsException.class)
                    .hasMessageContaining("WRONGPASS");
            RedisPubSubChannelLayer.create("redis://:right@127.0.0.1:" + locked.port())
                    .close();
        }
    }

    @Test
    void authenticatesAsAclUserAndSelectsDatabase() {
        redis.command("ACL", "SETUSER", "ada", "on", ">secret", "~*", "&*", "+@all");
        String url = "redis://ada:secret@127.0.0.1:%d/3".formatted(redis.port());
        RedisPubSubChannelLayer here =
                started(RedisPubSubChannelLayer.builder(url).prefix(prefix()));
        Peer bob = member(process(), "room");

        done(here.groupSend("room", Message.of("hello")));

        assertThat(bob.next()).isEqualTo(Message.of("hello"));
        assertThat(redis.command("CLIENT", "LIST")).contains("user=ada").contains("db=3");
    }

    @Test
    void usesApplicationClientAndLeavesItOpen() {
        RedisClient client = RedisClient.create();
        RedisURI uri = RedisURI.create(redis.url());
        try {
            RedisPubSubChannelLayer here = started(
                    RedisPubSubChannelLayer.builder(RedisHosts.of(client, uri)).prefix(prefix()));
            Peer bob = member(process(), "room");

            done(here.groupSend("room", Message.of("hello")));
            assertThat(bob.next()).isEqualTo(Message.of("hello"));
            here.close();

            try (var connection = client.connect(uri)) {
                assertThat(connection.sync().ping()).isEqualTo("PONG");
            }
        } finally {
            client.shutdown();
        }
    }
}
