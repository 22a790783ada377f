package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.server.RedisProcess;
import io.channels4j.redis.server.RedisSentinels;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens to messages that are under way while something breaks: some are lost, none is doubled, and the order stays. */
@Timeout(60)
class RedisPubSubFaultsTest {

    private static final Logger LOG = LoggerFactory.getLogger(RedisPubSubFaultsTest.class);
    private static final int AFTERWARDS = 200;

    /** Messages from one process to another, about a thousand in a second. */
    private static final class Traffic implements AutoCloseable {

        final RedisPubSubChannelLayer from;
        final RedisPubSubChannelLayer to;
        final List<Integer> delivered = new CopyOnWriteArrayList<>();
        final AtomicInteger sent = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();
        final AtomicInteger gaps = new AtomicInteger();
        private final Thread sender = new Thread(this::send, "traffic");
        private volatile boolean stopped;

        Traffic(RedisHosts hosts) {
            RedisHosts quick = hosts.withReconnectDelay(Duration.ofMillis(20), Duration.ofMillis(500));
            from = RedisPubSubChannelLayer.create(quick);
            to = RedisPubSubChannelLayer.create(quick);
            String channel = to.subscribe(Runnable::run, this::take).channel();
            PubSubRules.done(to.groupAdd("room", channel));
            sender.start();
        }

        private void take(Message message) {
            if (message.type().equals(ChannelLayer.GAP)) {
                gaps.incrementAndGet();
            } else {
                delivered.add(message.getInt("i"));
            }
        }

        private void send() {
            while (!stopped) {
                try {
                    PubSubRules.done(from.groupSend("room", Message.of("n").with("i", sent.getAndIncrement())));
                } catch (CompletionException unavailable) {
                    refused.incrementAndGet();
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }

        void awaitMore() {
            int before = delivered.size();
            await().atMost(Duration.ofSeconds(30)).until(() -> delivered.size() >= before + AFTERWARDS);
        }

        /** Breaks something under traffic, waits until messages flow again, and checks what came. */
        void suffer(String name, Runnable fault) {
            awaitMore();
            long start = System.nanoTime();
            fault.run();
            await().atMost(Duration.ofSeconds(30))
                    .until(() ->
                            from.health().state() == State.UP && to.health().state() == State.UP);
            int last = sent.get();
            await().atMost(Duration.ofSeconds(30)).until(() -> delivered.get(delivered.size() - 1) >= last);
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            awaitMore();
            stop();

            assertThat(delivered).isSorted().doesNotHaveDuplicates();
            int silent = sent.get() - refused.get() - delivered.size();
            LOG.warn(
                    "{}: sent {}, delivered {}, refused {}, lost {}, doubled 0, {} ms until messages came again",
                    name,
                    sent,
                    delivered.size(),
                    refused,
                    silent,
                    millis);
            assertThat(silent == 0 || gaps.get() > 0)
                    .as("what was lost is told")
                    .isTrue();
        }

        private void stop() {
            stopped = true;
            try {
                sender.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            await().until(() -> delivered.get(delivered.size() - 1) == sent.get() - 1);
        }

        @Override
        public void close() {
            stopped = true;
            from.close();
            to.close();
        }
    }

    @Test
    void killedAndRestarted() {
        try (RedisProcess redis = RedisProcess.start();
                Traffic traffic = new Traffic(RedisHosts.of(redis.url()))) {
            traffic.suffer("Redis killed and restarted", () -> {
                redis.kill();
                await().until(() -> traffic.from.health().state() == State.DOWN);
                redis.restart();
            });
        }
    }

    @Test
    void connectionsKilled() {
        try (RedisProcess redis = RedisProcess.start();
                Traffic traffic = new Traffic(RedisHosts.of(redis.url()))) {
            traffic.suffer("CLIENT KILL", () -> {
                redis.command("CLIENT", "KILL", "TYPE", "pubsub");
                redis.command("CLIENT", "KILL", "TYPE", "normal");
            });
        }
    }

    @Test
    void paused() {
        try (RedisProcess redis = RedisProcess.start();
                Traffic traffic = new Traffic(RedisHosts.of(redis.url()))) {
            traffic.suffer("CLIENT PAUSE for 5 s", () -> redis.command("CLIENT", "PAUSE", "5000", "ALL"));

            assertThat(traffic.refused).hasValue(0);
            assertThat(traffic.delivered).hasSize(traffic.sent.get());
        }
    }

    @Test
    void masterKilledUnderSentinels() {
        try (RedisSentinels sentinels = RedisSentinels.start();
                Traffic traffic = new Traffic(RedisHosts.of(sentinels.url()))) {
            traffic.suffer("master killed under Sentinel", () -> {
                sentinels.master().kill();
                await().until(() -> traffic.from.health().state() == State.DOWN);
            });
        }
    }
}
