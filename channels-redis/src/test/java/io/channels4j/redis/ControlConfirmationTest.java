package io.channels4j.redis;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.control.ControlMessages;
import io.channels4j.control.ControlOwner;
import io.channels4j.control.ControlReceiver;
import io.channels4j.control.ControlTopics;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.redis.dialect.NativeAddresses;
import io.channels4j.redis.wire.Keys;
import io.channels4j.support.RedisProcess;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests control messages that other processes confirm, and processes that do not. */
@Timeout(60)
class ControlConfirmationTest {

    private static final String TOPIC = "test";
    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static final Message REVOCATION = Message.of("revoke").with("user", "ada");

    private final String prefix = "confirm" + PREFIXES.incrementAndGet();
    private final RedisProcess redis = RedisProcess.shared();
    private final List<ChannelLayer> layers = new ArrayList<>();
    private final List<RedisClient> clients = new ArrayList<>();

    @AfterEach
    void closeLayers() {
        layers.forEach(ChannelLayer::close);
        clients.forEach(ControlConfirmationTest::shutDown);
    }

    private RedisPubSubChannelLayer pubSub() {
        RedisPubSubChannelLayer layer =
                RedisPubSubChannelLayer.builder(redis.url()).prefix(prefix).build();
        layers.add(layer);
        return layer;
    }

    private RedisChannelLayer queues(Duration lease, Duration expiry) {
        RedisChannelLayer layer = RedisChannelLayer.builder(redis.url())
                .prefix(prefix)
                .lease(lease, lease.dividedBy(4))
                .settings(LayerSettings.defaults().withExpiry(expiry))
                .build();
        layers.add(layer);
        return layer;
    }

    private static ControlMessages control(ChannelLayer layer) {
        return ControlOwner.of(layer).orElseThrow();
    }

    private static void subscribe(ChannelLayer layer, ControlReceiver receiver) {
        PubSubRules.done(control(layer).subscribe(TOPIC, receiver).ready());
    }

    private static CompletableFuture<Void> send(ChannelLayer layer) {
        return control(layer).send(TOPIC, REVOCATION).toCompletableFuture();
    }

    private static String failure(CompletableFuture<Void> stage, long seconds) throws Exception {
        return stage.handle((nothing, failure) -> failure == null
                        ? "none"
                        : String.valueOf(Stages.unwrap(failure).getMessage()))
                .get(seconds, SECONDS);
    }

    /** Simulates a process of an earlier version, which receives the messages but does not confirm them. */
    private RedisClient oldProcess() {
        String channel = new NativeAddresses(Keys.of(prefix), false)
                .group(ControlTopics.group(TOPIC))
                .redisName();
        RedisClient client = RedisClient.create(redis.url());
        clients.add(client);
        client.connectPubSub().sync().subscribe(channel);
        return client;
    }

    private static void shutDown(RedisClient client) {
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Test
    @DisplayName("P9: pub/sub reports a process of a version without confirmations as unconfirmed")
    void pubSubReportsAnOldProcess() throws Exception {
        RedisPubSubChannelLayer here = pubSub();
        subscribe(pubSub(), message -> Stages.done());
        oldProcess();

        assertThat(failure(send(here), 20)).contains("confirmed by 1 of 2 processes within PT10S");
    }

    @Test
    @DisplayName("P8: pub/sub does not wait for a process that died")
    void pubSubIgnoresADeadProcess() throws Exception {
        RedisPubSubChannelLayer here = pubSub();
        CompletableFuture<Message> received = new CompletableFuture<>();
        subscribe(here, message -> Stages.done());
        subscribe(pubSub(), message -> {
            received.complete(message);
            return Stages.done();
        });
        RedisClient dying = oldProcess();
        CompletableFuture<Void> sent = send(here);
        assertThat(received.get(10, SECONDS)).isEqualTo(REVOCATION);
        assertThat(sent).isNotDone();

        shutDown(dying);

        assertThat(failure(sent, 9)).isEqualTo("none");
    }

    @Test
    @DisplayName("P8: the queue layer does not wait for a process whose lease has expired")
    void queuesIgnoreADeadProcess() throws Exception {
        RedisChannelLayer here = queues(Duration.ofSeconds(4), Duration.ofSeconds(60));
        RedisChannelLayer dying = queues(Duration.ofSeconds(4), Duration.ofSeconds(60));
        subscribe(dying, message -> Stages.done());
        dying.die();

        CompletableFuture<Void> sent = send(here);

        await().during(Duration.ofMillis(200)).until(() -> !sent.isDone());
        assertThat(failure(sent, 14)).isEqualTo("none");
    }

    @Test
    @DisplayName("P8: a control message does not fail because older messages in an inbox have expired")
    void expiredMessagesDoNotFailAControlMessage() throws Exception {
        Duration expiry = Duration.ofMillis(1500);
        RedisChannelLayer here = queues(Duration.ofSeconds(8), expiry);
        RedisChannelLayer dying = queues(Duration.ofSeconds(8), expiry);
        subscribe(dying, message -> Stages.done());
        dying.die();
        CompletableFuture<Void> first = send(here);
        await().pollDelay(expiry.plusMillis(300)).until(() -> true);
        long dropped = here.health().dropped();

        CompletableFuture<Void> second = send(here);

        await().until(() -> here.health().dropped() > dropped);
        assertThat(failure(first, 18)).isEqualTo("none");
        assertThat(failure(second, 18)).isEqualTo("none");
    }

    /** Fills the inboxes that are not empty beyond their capacity. Returns their number. */
    private int fillInboxes() {
        String filled = redis.command(
                "EVAL",
                "local filled = 0"
                        + " for _, key in ipairs(redis.call('KEYS', ARGV[1])) do"
                        + " if redis.call('XLEN', key) > 0 then filled = filled + 1"
                        + " for i = 1, 20000 do redis.call('XADD', key, '*', 'm', '') end end end"
                        + " return filled",
                "0",
                prefix + ":*inbox*");
        return Integer.parseInt(filled.strip());
    }

    @Test
    @DisplayName("P8: a control message to a full inbox fails")
    void aFullInboxFailsAControlMessage() throws Exception {
        Duration lease = Duration.ofSeconds(30);
        RedisChannelLayer here = queues(lease, Duration.ofSeconds(60));
        RedisChannelLayer dying = queues(lease, Duration.ofSeconds(60));
        subscribe(dying, message -> Stages.done());
        dying.die();
        CompletableFuture<Void> first = send(here); // stays in the inbox, because its reader is dead
        await().until(() -> fillInboxes() == 1);

        assertThat(first).isNotDone();
        assertThat(failure(send(here), 10)).contains("inbox of group", "is full");
    }

    @Test
    @DisplayName("P8: queues deliver control messages after a flush")
    void queuesDeliverAfterAFlush() throws Exception {
        // a flush also removes the lease of the other process, which notices it with its next heartbeat
        RedisChannelLayer here = queues(Duration.ofSeconds(4), Duration.ofSeconds(60));
        RedisChannelLayer there = queues(Duration.ofSeconds(4), Duration.ofSeconds(60));
        BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        subscribe(there, message -> {
            received.add(message);
            return Stages.done();
        });
        PubSubRules.done(send(here));
        assertThat(received.poll(10, SECONDS)).isEqualTo(REVOCATION);

        PubSubRules.done(there.flush());

        await().untilAsserted(() -> {
            PubSubRules.done(send(here));
            assertThat(received.poll(200, MILLISECONDS)).isEqualTo(REVOCATION);
        });
    }
}
