package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.support.CapturedLog;
import io.channels4j.support.RedisCli;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests layers on servers that evict keys. Evictions must not break a layer silently. */
@Timeout(60)
class EvictionTest {

    private static final Message HELLO = Message.of("hello");
    private static final Message GAP = Message.of(ChannelLayer.GAP);
    private static final Duration HEARTBEAT = Duration.ofMillis(400);
    private static final int GROUPS = 500;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private RedisProcess server(String... options) {
        RedisProcess redis = RedisProcess.start(options);
        open.add(redis);
        return redis;
    }

    private RedisChannelLayer queues(RedisProcess redis) {
        RedisChannelLayer layer = RedisChannelLayer.builder(redis.url())
                .lease(HEARTBEAT.multipliedBy(10), HEARTBEAT)
                .build();
        open.add(layer);
        return layer;
    }

    @Test
    @DisplayName("P2: an evicted membership is restored with the next heartbeat, and the gap is reported")
    void restoresAnEvictedMembership() {
        RedisProcess redis = server();
        RedisChannelLayer here = queues(redis);
        RedisChannelLayer there = queues(redis);
        Peer ada = member(here, "room");
        Peer bob = member(here, "quiet");

        redis.command("DEL", "channels:{0}:group:room");

        assertThat(ada.next()).isEqualTo(GAP);
        done(there.groupSend("room", HELLO));
        assertThat(ada.next()).isEqualTo(HELLO);
        assertThat(bob.anything()).as("a group that was not evicted has no gap").isNull();
        assertThat(here.health().gaps()).isEqualTo(1);
        assertThat(here.health().state()).isEqualTo(State.UP);
    }

    @Test
    @DisplayName("P2: a membership is restored although another process has created the evicted group again")
    void restoresAMembershipInAGroupOfAnotherProcess() {
        RedisProcess redis = server();
        RedisChannelLayer here = queues(redis);
        RedisChannelLayer there = queues(redis);
        Peer ada = member(here, "room");
        redis.command("DEL", "channels:{0}:group:room");

        Peer bob = member(there, "room");

        assertThat(ada.next()).isEqualTo(GAP);
        done(there.groupSend("room", HELLO));
        assertThat(ada.next()).isEqualTo(HELLO);
        assertThat(bob.next()).isEqualTo(HELLO);
    }

    @Test
    @DisplayName("P5: the loss of an evicted inbox is reported as a gap of the groups that it served")
    void reportsAnEvictedInbox() {
        RedisProcess redis = server();
        RedisChannelLayer here = queues(redis);
        RedisChannelLayer there = queues(redis);
        Peer ada = member(here, "room");

        redis.command("DEL", "channels:{0}:inbox:" + processOf(ada));

        assertThat(ada.next()).isEqualTo(GAP);
        done(there.groupSend("room", HELLO));
        assertThat(ada.next()).isEqualTo(HELLO);
    }

    private static String processOf(Peer peer) {
        return peer.channel().substring(0, peer.channel().indexOf('!'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "volatile-lru",
                "volatile-lfu",
                "volatile-ttl",
                "volatile-random",
                "allkeys-lru",
                "allkeys-lfu",
                "allkeys-random"
            })
    @DisplayName("P5: while Redis evicts, each group receives a message or a gap, and afterwards every message")
    void losesNothingSilently(String policy) {
        RedisProcess redis = server("--maxmemory", "6mb", "--maxmemory-policy", policy);
        RedisChannelLayer here = queues(redis);
        RedisChannelLayer there = queues(redis);
        List<Peer> members = IntStream.range(0, GROUPS)
                .mapToObj(i -> member(here, "quiet" + i))
                .toList();

        fill(redis);
        IntStream.range(0, GROUPS).forEach(i -> there.groupSend("quiet" + i, HELLO));

        await().atMost(Duration.ofSeconds(20)).until(() -> members.stream().allMatch(peer -> peer.waiting() > 0));
        await().until(() -> here.health().state() == State.UP && there.health().state() == State.UP);
        assertThat(evictions(redis)).as("the server evicted keys").isPositive();
    }

    /** Writes until Redis has evicted many keys. */
    private static void fill(RedisProcess redis) {
        String value = "x".repeat(4000);
        try (RedisCli cli = redis.cli()) {
            for (int i = 0; i < 4000; i++) {
                cli.reply("SET", "other:" + i, value, "EX", "3600");
            }
        }
    }

    private static long evictions(RedisProcess redis) {
        String stats = redis.command("INFO", "stats");
        return stats.lines()
                .filter(line -> line.startsWith("evicted_keys:"))
                .mapToLong(line ->
                        Long.parseLong(line.substring("evicted_keys:".length()).strip()))
                .sum();
    }

    @Test
    @DisplayName("a server that may evict keys is named in a warning with the recommended policy, once per component")
    void warnsAboutThePolicy() {
        RedisProcess redis = server("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
        String host = "127.0.0.1:" + redis.port();
        try (CapturedLog log = CapturedLog.of("io.channels4j.redis")) {
            queues(redis);
            open.add(RedisPubSubChannelLayer.create(redis.url()));
            open.add(DjangoChannelLayer.builder(RedisHosts.of(redis.url())).build());
            open.add(RedisSessionStore.create(redis.url()));

            await().untilAsserted(() -> assertThat(log.messages(Level.WARN))
                    .containsExactlyInAnyOrder(
                            "Redis layer: maxmemory-policy of " + host + ": allkeys-lru (expected: noeviction); evicted"
                                    + " messages are lost, evicted memberships are restored",
                            "Redis layer for Django: maxmemory-policy of " + host + ": allkeys-lru (expected:"
                                    + " noeviction); evicted messages are lost, evicted memberships are restored",
                            "Redis session store: maxmemory-policy of " + host + ": allkeys-lru (expected: noeviction);"
                                    + " evicting a session logs its user out"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "100mb"})
    @DisplayName("a server that evicts nothing causes no warning")
    void doesNotWarn(String limit) {
        RedisProcess redis =
                server("--maxmemory", limit, "--maxmemory-policy", limit.equals("0") ? "allkeys-lru" : "noeviction");
        try (CapturedLog log = CapturedLog.of("io.channels4j.redis")) {
            RedisChannelLayer layer = queues(redis);
            done(layer.send("jobs", HELLO)); // answered after the server's INFO

            assertThat(log.messages(Level.WARN)).isEmpty();
        }
    }
}
