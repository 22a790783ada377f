package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(40)
class RedisChannelLayerManyHostsTest {

    private static List<RedisProcess> servers;

    @BeforeAll
    static void startRedis() {
        servers = IntStream.range(0, 3).mapToObj(i -> RedisProcess.start()).toList();
    }

    @AfterAll
    static void stopRedis() {
        servers.forEach(RedisProcess::close);
    }

    private static RedisHosts hosts() {
        return RedisHosts.of(servers.stream().map(RedisProcess::url).toArray(String[]::new))
                .withReconnectDelay(Duration.ofMillis(20), Duration.ofMillis(100));
    }

    private static RedisChannelLayer process() {
        return RedisChannelLayer.builder(hosts()).build();
    }

    @Test
    void processesAgreeOnTheHostOfEachName() {
        try (RedisChannelLayer here = process();
                RedisChannelLayer there = process()) {
            for (int i = 0; i < 30; i++) {
                Message hello = Message.of("hello").with("i", i);
                Peer bob = member(there, "room" + i);
                done(here.groupSend("room" + i, hello));
                assertThat(bob.next()).isEqualTo(hello);
                done(here.send(bob.channel(), hello));
                assertThat(bob.next()).isEqualTo(hello);
                done(here.send("jobs" + i, hello));
                assertThat(done(there.receive("jobs" + i))).isEqualTo(hello);
            }
            assertThat(servers)
                    .allSatisfy(server -> assertThat(server.command("DBSIZE")).isNotEqualTo("0"));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "10, 1", "100, 10"})
    void reachesAGroupOfManyChannelsOnManyHostsInTime(int channels, int seconds) {
        try (RedisChannelLayer here = process()) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < channels; i++) {
                names.add(done(here.newChannel()));
                done(here.groupAdd("many", names.get(i)));
                done(here.groupAdd("many", "many.jobs" + i));
            }
            long start = System.nanoTime();

            done(here.groupSend("many", Message.of("hello")));
            for (int i = 0; i < channels; i++) {
                done(here.receive(names.get(i)));
                done(here.receive("many.jobs" + i));
            }

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(seconds));
        }
    }

    @Test
    void lossOfOneHostIsDegraded() {
        try (RedisChannelLayer here = process();
                RedisChannelLayer there = process()) {
            loseOneHost(here, there);
        }
    }

    private static void loseOneHost(RedisChannelLayer here, RedisChannelLayer there) {
        List<Peer> members =
                IntStream.range(0, 24).mapToObj(i -> member(there, "room" + i)).toList();

        servers.get(1).kill();
        await().until(() ->
                here.health().state() == State.DEGRADED && there.health().state() == State.DEGRADED);
        long reached = IntStream.range(0, 24)
                .filter(i -> isDelivered(here, "room" + i))
                .count();
        servers.get(1).restart();
        await().until(() -> here.health().state() == State.UP && there.health().state() == State.UP);
        IntStream.range(0, 24).forEach(i -> done(here.groupSend("room" + i, Message.of("again"))));

        assertThat(reached).isBetween(1L, 23L);
        assertThat(members).allSatisfy(peer -> await().until(() -> peer.next().equals(Message.of("again"))));
    }

    private static boolean isDelivered(RedisChannelLayer layer, String group) {
        try {
            done(layer.groupSend(group, Message.of("hello")));
            return true;
        } catch (CompletionException outage) {
            return false;
        }
    }
}
