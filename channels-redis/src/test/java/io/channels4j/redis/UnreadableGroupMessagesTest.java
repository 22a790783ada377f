package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.redis.serializer.JsonSerializer;
import io.channels4j.redis.serializer.MessagePackSerializer;
import io.channels4j.support.RedisProcess;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests messages to groups that a process cannot read during a rolling upgrade or a key rotation. They cause a gap. */
@Timeout(60)
class UnreadableGroupMessagesTest {

    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static final String OLD = "the old secret of 2025";
    private static final String NEW = "the new secret of 2026";
    private static final Message HELLO = Message.of("hello");
    private static final Message GAP = Message.of(ChannelLayer.GAP);

    private final RedisProcess redis = RedisProcess.shared();
    private final String prefix = "unread" + PREFIXES.incrementAndGet();
    private final List<ChannelLayer> layers = new ArrayList<>();
    private final Outages outages = new Outages();

    @AfterEach
    void closeLayers() {
        layers.forEach(ChannelLayer::close);
    }

    private RedisPubSubChannelLayer.Builder pubsub() {
        return RedisPubSubChannelLayer.builder(redis.url()).prefix(prefix);
    }

    private RedisChannelLayer.Builder queues() {
        return RedisChannelLayer.builder(redis.url()).prefix(prefix);
    }

    private RedisPubSubChannelLayer started(RedisPubSubChannelLayer.Builder builder) {
        RedisPubSubChannelLayer layer = builder.build();
        layers.add(layer);
        return layer;
    }

    private RedisChannelLayer started(RedisChannelLayer.Builder builder) {
        RedisChannelLayer layer = builder.build();
        layers.add(layer);
        return layer;
    }

    private void inject(byte[] payload, boolean published, String key) {
        RedisClient client = RedisClient.create(redis.url());
        try {
            RedisCommands<byte[], byte[]> commands =
                    client.connect(ByteArrayCodec.INSTANCE).sync();
            byte[] name = key.getBytes(StandardCharsets.UTF_8);
            if (published) {
                await().until(() -> commands.publish(name, payload) > 0);
            } else {
                commands.xadd(name, "m".getBytes(StandardCharsets.UTF_8), payload);
            }
        } finally {
            client.shutdown();
        }
    }

    private static void assertUnreadable(LayerHealth health, long messages) {
        assertThat(health.drops()).containsEntry(DropReason.UNREADABLE, messages);
        assertThat(health.malformed()).isEqualTo(messages);
        assertThat(health.dropped()).isEqualTo(messages);
    }

    @Test
    @DisplayName("P9: pub/sub: a message that is encrypted with an unknown key is a gap")
    void publishedMessageWithAnUnknownKeyIsAGap() {
        RedisPubSubChannelLayer here = started(pubsub().encryptionKeys(NEW));
        RedisPubSubChannelLayer there = started(pubsub().encryptionKeys(OLD).listener(outages));
        Peer ada = member(there, "room");
        Peer bob = member(there, "another");

        done(here.groupSend("room", HELLO));

        assertThat(ada.next()).isEqualTo(GAP);
        assertThat(bob.anything()).isNull();
        assertThat(outages.reported()).contains("gap 1");
        assertUnreadable(there.health(), 1);
    }

    @Test
    @DisplayName("P9: pub/sub: a message of an unknown serializer is one gap, and its number is not missing")
    void publishedMessageOfAnUnknownSerializerIsAGap() {
        RedisPubSubChannelLayer here = started(pubsub().serializer(MessagePackSerializer.create()));
        RedisPubSubChannelLayer there =
                started(pubsub().serializer(JsonSerializer.create()).listener(outages));
        Peer ada = member(there, "room");

        done(here.groupSend("room", HELLO));
        assertThat(ada.next()).isEqualTo(GAP);
        done(here.groupSend("room", HELLO));
        assertThat(ada.next()).isEqualTo(GAP);

        assertThat(there.health().missing()).isZero();
        assertUnreadable(there.health(), 2);
    }

    @Test
    @DisplayName("P9: pub/sub: a direct message of an unknown serializer is a gap")
    void directMessageOfAnUnknownSerializerIsAGap() {
        RedisPubSubChannelLayer here = started(pubsub().serializer(MessagePackSerializer.create()));
        RedisPubSubChannelLayer there = started(pubsub().serializer(JsonSerializer.create()));
        Peer ada = Peer.of(there);

        done(here.send(ada.channel(), HELLO));

        assertThat(ada.next()).isEqualTo(GAP);
    }

    @Test
    @DisplayName("P9: pub/sub: a message of an unknown version is a gap")
    void publishedMessageOfAnUnknownVersionIsAGap() {
        RedisPubSubChannelLayer there = started(pubsub().listener(outages));
        Peer ada = member(there, "room");

        inject(new byte[] {9, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0}, true, prefix + ":group:room");

        assertThat(ada.next()).isEqualTo(GAP);
        assertUnreadable(there.health(), 1);
    }

    @Test
    @DisplayName("P9: many unreadable messages cause few gaps, also after the last of them")
    void manyUnreadableMessagesCauseFewGaps() {
        RedisPubSubChannelLayer here = started(pubsub().encryptionKeys(NEW));
        RedisPubSubChannelLayer there = started(pubsub().encryptionKeys(OLD));
        Peer ada = member(there, "room");

        for (int i = 0; i < 500; i++) {
            done(here.groupSend("room", HELLO));
        }

        await().until(() -> there.health().malformed() == 500);
        assertThat(ada.next()).isEqualTo(GAP);
        await().until(() -> ada.anything() == null);
        assertThat(there.health().gaps()).isLessThan(50);
    }

    @Test
    @DisplayName(
            "P9: queues: a message that is encrypted with an unknown key is a gap in all groups that it may belong to")
    void queuedMessageWithAnUnknownKeyIsAGap() {
        RedisChannelLayer here = started(queues().encryptionKeys(NEW));
        RedisChannelLayer there = started(queues().encryptionKeys(OLD).listener(outages));
        Peer ada = member(there, "room");
        Peer bob = member(there, "another");

        done(here.groupSend("room", HELLO));

        assertThat(ada.next()).isEqualTo(GAP);
        assertThat(bob.next()).isEqualTo(GAP);
        assertThat(outages.reported()).contains("gap 2");
        assertUnreadable(there.health(), 1);
    }

    @Test
    @DisplayName("P9: queues: a message of an unknown serializer is a gap in its group")
    void queuedMessageOfAnUnknownSerializerIsAGap() {
        RedisChannelLayer here = started(queues().serializer(MessagePackSerializer.create()));
        RedisChannelLayer there =
                started(queues().serializer(JsonSerializer.create()).listener(outages));
        Peer ada = member(there, "room");
        Peer bob = member(there, "another");

        done(here.groupSend("room", HELLO));
        assertThat(ada.next()).isEqualTo(GAP);
        assertThat(bob.anything()).isNull();
        assertUnreadable(there.health(), 1);

        done(here.send(bob.channel(), HELLO));
        assertThat(bob.next()).isEqualTo(GAP);
        assertThat(ada.anything()).isNull();
    }

    @Test
    @DisplayName("P9: queues: a message of an unknown version is a gap, a message of an unknown kind is not")
    void queuedMessageOfAnUnknownVersionIsAGap() {
        RedisChannelLayer there = started(queues());
        Peer ada = member(there, "room");
        String inbox = prefix + ":{0}:inbox:"
                + ada.channel().substring(0, ada.channel().indexOf('!'));

        inject(new byte[] {1, 77, 0, 0}, false, inbox);
        await().until(() -> there.health().malformed() == 1);
        assertThat(there.health().gaps()).isZero();

        inject(new byte[] {9, 1, 0, 0}, false, inbox);
        assertThat(ada.next()).isEqualTo(GAP);
        assertThat(there.health().gaps()).isEqualTo(1);
    }

    @Test
    @DisplayName("P9: a queue whose name is encrypted with an unknown key does not fail sends to its group")
    void queueWithAnUnknownNameIsSkipped() {
        RedisChannelLayer later = started(queues().encryptionKeys(NEW, OLD));
        RedisChannelLayer earlier = started(queues().encryptionKeys(OLD));
        Peer ada = member(later, "room");
        done(later.groupAdd("room", "secret"));
        done(earlier.groupAdd("room", "jobs"));

        done(earlier.groupSend("room", HELLO));

        assertThat(ada.next()).isEqualTo(HELLO);
        assertThat(done(earlier.receive("jobs"))).isEqualTo(HELLO);
        assertThat(earlier.health().drops()).isEqualTo(dropsOf(DropReason.UNREADABLE));
        assertThat(earlier.health().failed()).isZero();
    }

    private static Map<DropReason, Long> dropsOf(DropReason only) {
        Map<DropReason, Long> drops = new java.util.EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            drops.put(reason, reason == only ? 1L : 0L);
        }
        return drops;
    }
}
