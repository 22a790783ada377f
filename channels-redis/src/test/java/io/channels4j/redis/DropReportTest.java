package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerSettings;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The reports of dropped messages to listeners. */
@Timeout(30)
class DropReportTest {

    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static final Message HELLO = Message.of("hello");

    private final String prefix = "drops" + PREFIXES.incrementAndGet();
    private final List<ChannelLayer> layers = new ArrayList<>();
    private final Map<LayerListener.DropReason, Long> drops = new ConcurrentHashMap<>();

    private final class Recorder implements LayerListener {

        @Override
        public void dropped(DropReason reason, long messages) {
            drops.merge(reason, messages, Long::sum);
        }
    }

    @AfterEach
    void closeLayers() {
        layers.forEach(ChannelLayer::close);
    }

    private RedisChannelLayer queues(LayerSettings settings) {
        RedisChannelLayer layer = RedisChannelLayer.builder(
                        RedisProcess.shared().url())
                .prefix(prefix)
                .settings(settings)
                .listener(new Recorder())
                .build();
        layers.add(layer);
        return layer;
    }

    private RedisPubSubChannelLayer pubSub(LayerSettings settings) {
        RedisPubSubChannelLayer layer = RedisPubSubChannelLayer.builder(
                        RedisProcess.shared().url())
                .prefix(prefix)
                .settings(settings)
                .listener(new Recorder())
                .build();
        layers.add(layer);
        return layer;
    }

    private long reported() {
        return drops.values().stream().mapToLong(Long::longValue).sum();
    }

    @Test
    @DisplayName("P3: the queue layer reports a full and an expired work queue")
    void reportsWorkQueues() {
        Duration expiry = Duration.ofMillis(500);
        RedisChannelLayer layer =
                queues(LayerSettings.defaults().withCapacity(2).withExpiry(expiry));
        done(layer.send("jobs", HELLO));
        done(layer.send("jobs", HELLO));

        assertThatThrownBy(() -> done(layer.send("jobs", HELLO))).hasCauseInstanceOf(ChannelFullException.class);
        assertThat(drops).containsExactly(Map.entry(LayerListener.DropReason.FULL, 1L));

        await().until(() -> {
            layer.send("jobs", HELLO);
            return drops.containsKey(LayerListener.DropReason.EXPIRED);
        });
        await().untilAsserted(() -> assertThat(layer.health().dropped()).isEqualTo(reported()));
    }

    @Test
    @DisplayName("P3: the layers report messages to a process that has ended")
    void reportsMessagesToAnEndedProcess() {
        RedisPubSubChannelLayer here = pubSub(LayerSettings.defaults());
        RedisPubSubChannelLayer ended = pubSub(LayerSettings.defaults());
        String channel = done(ended.newChannel());
        ended.close();

        await().until(() -> {
            here.send(channel, HELLO);
            return drops.containsKey(LayerListener.DropReason.NO_RECEIVER);
        });

        RedisChannelLayer queues = queues(LayerSettings.defaults());
        drops.clear();
        done(queues.send(channel, HELLO));
        assertThat(drops).containsExactly(Map.entry(LayerListener.DropReason.NO_RECEIVER, 1L));
    }

    @Test
    @DisplayName("P3: the receiving process of a Redis layer reports drops in its channels")
    void reportsDropsOfMembers() {
        RedisPubSubChannelLayer here = pubSub(LayerSettings.defaults());
        RedisPubSubChannelLayer there = pubSub(LayerSettings.defaults().withCapacity(1));
        String channel = done(there.newChannel());
        done(there.groupAdd("room", channel));

        done(here.groupSend("room", HELLO));
        done(here.groupSend("room", HELLO));

        await().until(() -> drops.equals(Map.of(LayerListener.DropReason.FULL, 1L)));
        assertThat(there.health().dropped()).isEqualTo(1);
    }
}
