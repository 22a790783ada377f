package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.dialect.NativeAddresses;
import io.channels4j.redis.server.RedisCluster;
import io.channels4j.redis.wire.Keys;
import io.channels4j.support.RedisProcess;
import io.lettuce.core.cluster.RedisClusterClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RedisPubSubClusterTest extends PubSubRules {

    private final RedisCluster cluster = RedisCluster.shared();

    private static String url(RedisCluster cluster) {
        return cluster.nodes().stream()
                .map(node -> "127.0.0.1:" + node.port())
                .collect(Collectors.joining(",", "redis-cluster://", ""));
    }

    @Override
    RedisHosts hosts() {
        return RedisHosts.of(url(cluster));
    }

    private static long connections(RedisProcess node) {
        return node.command("CLIENT", "LIST")
                .lines()
                .filter(line -> line.contains("name=channels-pubsub"))
                .count();
    }

    @Test
    void usesEveryMasterAndStaysOnTheShard() {
        RedisPubSubChannelLayer here = process();
        List<Peer> members =
                IntStream.range(0, 60).mapToObj(i -> member(here, "room" + i)).toList();

        assertThat(members).hasSize(60);
        for (RedisProcess node : cluster.nodes()) {
            try (var cli = node.cli()) {
                assertThat(String.valueOf(cli.reply("PUBSUB", "SHARDCHANNELS", prefix() + ":*")))
                        .contains("room");
                assertThat(cli.reply("PUBSUB", "CHANNELS")).isEqualTo(List.of());
            }
            await().until(() -> connections(node) >= 2);
        }
    }

    @Test
    void usesApplicationClient() {
        RedisClusterClient client = RedisClusterClient.create(cluster.url());
        try {
            RedisPubSubChannelLayer here = started(
                    RedisPubSubChannelLayer.builder(RedisHosts.of(client)).prefix(prefix()));
            Peer bob = member(process(), "room");

            done(here.groupSend("room", Message.of("hello")));

            assertThat(bob.next()).isEqualTo(Message.of("hello"));
            here.close();
        } finally {
            client.shutdown();
        }
    }

    @Test
    @DisplayName(
            "P1: a send waits for its reply, so that no later message overtakes one that is resent after a slot moved")
    void sendWaitsForItsReply() {
        RedisPubSubChannelLayer here = process();
        done(here.groupSend("room", Message.of("hello")));

        CompletionStage<Void> sent;
        cluster.nodes().forEach(node -> node.command("CLIENT", "PAUSE", "20000", "WRITE"));
        try {
            sent = here.groupSend("room", Message.of("hello"));
            assertThat(sent.toCompletableFuture()).isNotDone();
        } finally {
            cluster.nodes().forEach(node -> node.command("CLIENT", "UNPAUSE"));
        }

        done(sent);
    }

    @Test
    void followsSlotToAnotherMaster() {
        try (RedisCluster own = RedisCluster.start()) {
            RedisHosts hosts = RedisHosts.of(url(own));
            Outages outages = new Outages();
            RedisPubSubChannelLayer here = started(RedisPubSubChannelLayer.builder(hosts));
            RedisPubSubChannelLayer there =
                    started(RedisPubSubChannelLayer.builder(hosts).listener(outages));
            List<Peer> members = IntStream.range(0, 200)
                    .mapToObj(i -> member(there, "room" + i))
                    .toList();
            String moving = new NativeAddresses(Keys.of("channels"), true)
                    .group("room7")
                    .redisName();
            int slot = own.slot(moving);
            RedisProcess from = own.ownerAtStart(moving);
            RedisProcess to = own.nodes().stream()
                    .filter(node -> node != from)
                    .findFirst()
                    .orElseThrow();

            own.migrate(slot, from, to);
            await().until(() -> outages.reported().stream().anyMatch(event -> event.startsWith("gap")));
            for (int i = 0; i < 200; i++) {
                done(here.groupSend("room" + i, Message.of("hello")));
            }

            assertThat(members).allSatisfy(peer -> {
                Message first = peer.next();
                assertThat(first.type().equals("hello") ? first : peer.next()).isEqualTo(Message.of("hello"));
            });
        }
    }

    @Test
    void followsSlotWhenMasterDies() {
        try (RedisCluster own = RedisCluster.startWithReplicas()) {
            RedisHosts hosts =
                    RedisHosts.of(url(own)).withReconnectDelay(Duration.ofMillis(50), Duration.ofMillis(500));
            RedisPubSubChannelLayer here = started(RedisPubSubChannelLayer.builder(hosts));
            RedisPubSubChannelLayer there = started(RedisPubSubChannelLayer.builder(hosts));
            List<Peer> members = IntStream.range(0, 50)
                    .mapToObj(i -> member(there, "room" + i))
                    .toList();

            own.nodes().get(0).kill();
            await().until(() ->
                    here.health().state() == State.DEGRADED && there.health().state() == State.DEGRADED);
            await().atMost(Duration.ofSeconds(20))
                    .until(() ->
                            here.health().state() == State.UP && there.health().state() == State.UP);
            for (int i = 0; i < 50; i++) {
                done(here.groupSend("room" + i, Message.of("hello")));
            }

            assertThat(members).allSatisfy(peer -> {
                Message first = peer.next();
                assertThat(first.type().equals("hello") ? first : peer.next()).isEqualTo(Message.of("hello"));
            });
        }
    }
}
