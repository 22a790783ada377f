package io.channels4j.redis.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RendezvousHashTest {

    private static final int KEYS = 10_000;

    private static String hostOf(List<String> hosts, int key) {
        return hosts.get(RendezvousHash.choose(hosts, "key" + key));
    }

    @Test
    void orderOfHostsDoesNotMatter() {
        assertThat(IntStream.range(0, KEYS))
                .allMatch(key ->
                        hostOf(List.of("a:1", "b:2", "c:3"), key).equals(hostOf(List.of("c:3", "a:1", "b:2"), key)));
    }

    @Test
    void hostsReceiveSimilarShares() {
        List<String> hosts = List.of("redis-0:6379", "redis-1:6379", "redis-2:6379", "redis-3:6379");

        for (String host : hosts) {
            long share = IntStream.range(0, KEYS)
                    .filter(key -> hostOf(hosts, key).equals(host))
                    .count();
            assertThat(share).isBetween(KEYS / 5L, KEYS * 3L / 10);
        }
    }

    @Test
    void addedHostMovesOnlyItsShare() {
        List<String> before = List.of("a:1", "b:2", "c:3");
        List<String> after = List.of("a:1", "b:2", "c:3", "d:4");

        assertThat(IntStream.range(0, KEYS))
                .allMatch(key ->
                        hostOf(after, key).equals("d:4") || hostOf(after, key).equals(hostOf(before, key)));
    }
}
