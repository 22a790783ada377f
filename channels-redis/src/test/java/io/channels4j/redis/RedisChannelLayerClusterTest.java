package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.server.RedisCluster;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RedisChannelLayerClusterTest extends QueueRules {

    private static final int ROOMS = 30;

    private static String url(RedisCluster cluster) {
        return cluster.nodes().stream()
                .map(node -> "127.0.0.1:" + node.port())
                .collect(Collectors.joining(",", "redis-cluster://", ""));
    }

    @Override
    RedisHosts hosts() {
        return RedisHosts.of(url(RedisCluster.shared()));
    }

    @Test
    void usesEveryMaster() {
        RedisChannelLayer here = process();
        List<Peer> members = IntStream.range(0, ROOMS)
                .mapToObj(i -> member(here, "room" + i))
                .toList();

        assertThat(members).hasSize(ROOMS);
        assertThat(RedisCluster.shared().nodes())
                .allSatisfy(node ->
                        assertThat(node.command("KEYS", prefix() + ":*")).contains("room"));
    }

    @Test
    void losesAndDuplicatesNothingWhileSlotsMove() {
        try (RedisCluster own = RedisCluster.start()) {
            RedisChannelLayer here = started(RedisChannelLayer.builder(url(own)).prefix("moved"));
            RedisChannelLayer there =
                    started(RedisChannelLayer.builder(url(own)).prefix("moved"));
            Peer bob = member(there, "room");
            int tag = IntStream.range(0, 8)
                    .filter(i -> own.nodes().stream()
                            .anyMatch(node -> node.command("KEYS", "moved:{" + i + "}:group:*")
                                    .contains("room")))
                    .findFirst()
                    .orElseThrow();
            String key = "{" + tag + "}";
            RedisProcess from = own.ownerAtStart(key);
            RedisProcess to = own.nodes().stream()
                    .filter(node -> node != from)
                    .findFirst()
                    .orElseThrow();
            List<CompletionStage<Void>> sent = new ArrayList<>();

            Thread mover = new Thread(() -> own.migrate(own.slot(key), from, to));
            mover.start();
            int number = 0;
            while (mover.isAlive() || number < 2000) {
                sent.add(here.groupSend("room", Message.of("n").with("i", number++)));
                sent.add(here.send("jobs" + number % 20, Message.of("n")));
                if (sent.size() % 100 == 0) {
                    sent.forEach(PubSubRules::done);
                    sent.clear();
                }
            }
            sent.forEach(PubSubRules::done);

            List<Integer> got = bob.next(number).stream()
                    .filter(message -> message.type().equals("n"))
                    .map(message -> message.getInt("i"))
                    .toList();
            assertThat(got).doesNotHaveDuplicates().hasSize(number);
            assertThat(bob.anything()).isNull();
        }
    }

    @Test
    void followsAFailoverToTheReplica() {
        try (RedisCluster own = RedisCluster.startWithReplicas()) {
            RedisChannelLayer here =
                    started(RedisChannelLayer.builder(url(own)).lease(Duration.ofSeconds(20), Duration.ofSeconds(2)));
            RedisChannelLayer there =
                    started(RedisChannelLayer.builder(url(own)).lease(Duration.ofSeconds(20), Duration.ofSeconds(2)));
            List<Peer> members = IntStream.range(0, ROOMS)
                    .mapToObj(i -> member(there, "room" + i))
                    .toList();

            own.nodes().get(0).kill();
            await().atMost(Duration.ofSeconds(10)).until(() -> there.health().state() != State.UP);
            await().atMost(Duration.ofSeconds(20)).until(() -> there.health().state() == State.UP);
            for (int i = 0; i < ROOMS; i++) {
                String room = "room" + i;
                await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
                    done(here.groupSend(room, Message.of("hello")));
                    return true;
                });
            }

            assertThat(members).allSatisfy(peer -> {
                Message first = peer.next();
                assertThat(first.type().equals("hello") ? first : peer.next()).isEqualTo(Message.of("hello"));
            });
        }
    }
}
