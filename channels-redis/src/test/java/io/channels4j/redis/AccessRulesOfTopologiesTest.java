package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.redis.server.RedisCluster;
import io.channels4j.redis.server.RedisSentinels;
import io.channels4j.session.SessionChanges;
import io.channels4j.support.RedisCli;
import io.channels4j.support.RedisProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs layers and sessions on a cluster and behind Sentinel with users that have exactly the rights in docs/redis.md. Redis must not have
 * logged a denied command.
 */
@Timeout(90)
class AccessRulesOfTopologiesTest {

    private static final Message HELLO = Message.of("hello");
    private static final Path DOCUMENT = Path.of("..", "docs", "redis.md");
    private static final int ROOMS = 12;

    private static RedisCluster cluster;
    private static RedisSentinels sentinels;

    @BeforeAll
    static void startServers() {
        cluster = RedisCluster.start();
        sentinels = RedisSentinels.start();
    }

    @AfterAll
    static void stopServers() {
        cluster.close();
        sentinels.close();
    }

    /** Returns the documented rules of a user: one line for all topologies, and further lines for a cluster. */
    private static List<String> rules(String user) {
        String start = "ACL SETUSER " + user + " ";
        try (var lines = Files.lines(DOCUMENT, StandardCharsets.UTF_8)) {
            List<String> rules = lines.filter(line -> line.startsWith(start)).toList();
            assertThat(rules)
                    .as("lines of docs/redis.md that start with " + start)
                    .isNotEmpty();
            return rules;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void createUser(Collection<RedisProcess> servers, List<String> rules) {
        for (RedisProcess server : servers) {
            server.command("ACL", "LOG", "RESET");
            rules.forEach(rule -> server.command(rule.split(" +")));
        }
    }

    private static RedisHosts clusterHosts(String user) {
        List<String> rules = rules(user);
        assertThat(rules).as("rules of " + user).hasSize(2);
        createUser(cluster.nodes(), rules);
        return RedisHosts.of(cluster.clusterUrl().replace("://", "://" + user + ":secret@"));
    }

    private static void assertNothingDenied(Collection<RedisProcess> servers, String user) {
        for (RedisProcess server : servers) {
            try (RedisCli cli = server.cli()) {
                List<?> log = (List<?>) Objects.requireNonNull(cli.reply("ACL", "LOG"));
                assertThat(log.stream().map(List.class::cast))
                        .filteredOn(entry -> entry.contains(user))
                        .extracting(entry -> entry.get(entry.indexOf("object") + 1))
                        .as("denied, except for the library's name, which Redis ignores")
                        .allSatisfy(object -> assertThat(object.toString()).startsWith("client"));
            }
        }
    }

    private static void groups(ChannelLayer here, ChannelLayer there) {
        List<Peer> peers = IntStream.range(0, ROOMS)
                .mapToObj(i -> member(there, "room" + i))
                .toList();
        for (int i = 0; i < ROOMS; i++) {
            done(here.groupSend("room" + i, HELLO));
            done(here.send(peers.get(i).channel(), HELLO));
            assertThat(peers.get(i).next(2)).containsOnly(HELLO);
            done(there.groupDiscard("room" + i, peers.get(i).channel()));
        }
    }

    private static void queues(ChannelLayer here, ChannelLayer there) {
        for (int i = 0; i < ROOMS; i++) {
            String queue = "jobs" + i;
            done(here.send(queue, HELLO));
            assertThat(done(there.receive(queue))).isEqualTo(HELLO);
            done(here.sendLater(queue, HELLO, Duration.ofMillis(1)));
            Delivery delivery = done(there.take(queue));
            delivery.requeue();
            done(here.take(queue)).acknowledge();
        }
    }

    /** Moves the slot of a key. Between the move of the keys and that of the slot, the servers redirect single commands. */
    private static void moveSlot(String key, Runnable meanwhile) {
        RedisProcess from = cluster.ownerAtStart(key);
        RedisProcess to = cluster.anotherMaster(from);
        cluster.migrate(cluster.slot(key), from, to, meanwhile);
        cluster.migrate(cluster.slot(key), to, from, () -> {});
    }

    @Test
    void queueLayerInACluster() {
        String user = "channels-queues";
        RedisHosts hosts = clusterHosts(user);
        try (ChannelLayer here = RedisChannelLayer.builder(hosts).build();
                ChannelLayer there = RedisChannelLayer.builder(hosts).build()) {
            groups(here, there);
            queues(here, there);
            moveSlot(
                    "{0}",
                    () -> {
                        groups(here, there);
                        queues(here, there);
                    });
            done(here.flush());
        }
        assertNothingDenied(cluster.nodes(), user);
    }

    @Test
    void pubSubLayerInACluster() {
        String user = "channels-pubsub";
        RedisHosts hosts = clusterHosts(user);
        try (ChannelLayer here = RedisPubSubChannelLayer.builder(hosts).build();
                ChannelLayer there = RedisPubSubChannelLayer.builder(hosts).build()) {
            groups(here, there);
            moveSlot("channels:group:room0", () -> {});
            groups(here, there);
        }
        assertNothingDenied(cluster.nodes(), user);
    }

    @Test
    void sessionsInACluster() {
        String user = "channels-sessions";
        RedisHosts hosts = clusterHosts(user);
        try (RedisSessionStore store = RedisSessionStore.builder(hosts).build()) {
            useSessions(store);
            byte[] data = "{}".getBytes(StandardCharsets.UTF_8);
            String token = done(store.create(data, Duration.ofHours(1)));
            moveSlot(sessionKey(), () -> assertThat(done(store.load(token))).hasValue(data));
        }
        assertNothingDenied(cluster.nodes(), user);
    }

    /** Returns the key of the only session. */
    private static String sessionKey() {
        return cluster.nodes().stream()
                .flatMap(node -> node.command("KEYS", "sessions:*").transform(AccessRulesOfTopologiesTest::words))
                .findFirst()
                .orElseThrow();
    }

    private static Stream<String> words(String list) {
        return Stream.of(list.split("[\\[\\], ]+")).filter(word -> !word.isEmpty());
    }

    private static void useSessions(RedisSessionStore store) {
        byte[] data = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < ROOMS; i++) {
            String token = done(store.create(data, Duration.ofHours(1)));
            assertThat(done(store.update(token, data, Duration.ofHours(1)))).hasValue(token);
            assertThat(done(store.merge(
                            token, new SessionChanges(false, Map.of("b", "2"), Set.of()), Duration.ofHours(1))))
                    .isPresent();
            done(store.delete(token));
            assertThat(done(store.load(token))).isEmpty();
        }
    }

    @Test
    void layersAndSessionsBehindSentinelWithConfirmationsOfAReplica() {
        List<RedisProcess> servers = List.of(sentinels.master(), sentinels.replica());
        List<String> users = List.of("channels-queues", "channels-pubsub", "channels-django", "channels-sessions");
        users.forEach(user -> createUser(servers, rules(user).subList(0, 1)));
        createUser(sentinels.sentinels(), rules("channels-sentinel"));
        sentinels.awaitReplica();
        RedisClient client = RedisClient.create();
        try {
            groupsAndQueuesBehindSentinel(client);
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
        users.forEach(user -> assertNothingDenied(servers, user));
        assertNothingDenied(sentinels.sentinels(), "channels-sentinel");
    }

    private static void groupsAndQueuesBehindSentinel(RedisClient client) {
        RedisHosts queues = sentinelHosts(client, "channels-queues");
        try (ChannelLayer here = confirmed(queues);
                ChannelLayer there = confirmed(queues)) {
            groups(here, there);
            queues(here, there);
            done(here.flush());
        }
        RedisHosts pubSub = sentinelHosts(client, "channels-pubsub");
        try (ChannelLayer here = RedisPubSubChannelLayer.builder(pubSub).build();
                ChannelLayer there = RedisPubSubChannelLayer.builder(pubSub).build()) {
            groups(here, there);
        }
        RedisHosts django = sentinelHosts(client, "channels-django");
        try (ChannelLayer here = DjangoChannelLayer.builder(django).build();
                ChannelLayer there = DjangoChannelLayer.builder(django).build()) {
            groups(here, there);
        }
        try (RedisSessionStore store = RedisSessionStore.builder(sentinelHosts(client, "channels-sessions"))
                .build()) {
            useSessions(store);
        }
    }

    private static ChannelLayer confirmed(RedisHosts hosts) {
        return RedisChannelLayer.builder(hosts)
                .confirmedByReplicas(1, Duration.ofSeconds(5))
                .build();
    }

    private static RedisHosts sentinelHosts(RedisClient client, String user) {
        RedisURI.Builder uri =
                RedisURI.builder().withSentinelMasterId(RedisSentinels.MASTER).withAuthentication(user, "secret");
        for (RedisProcess sentinel : sentinels.sentinels()) {
            uri.withSentinel(RedisURI.builder()
                    .withHost("127.0.0.1")
                    .withPort(sentinel.port())
                    .withAuthentication("channels-sentinel", "secret")
                    .build());
        }
        return RedisHosts.of(client, uri.build());
    }
}
