package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.redis.serializer.DjangoSerializer;
import io.channels4j.support.RedisProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DjangoPubSubChannelLayerTest {

    private final RedisProcess redis = RedisProcess.start();
    private final List<ChannelLayer> layers = new ArrayList<>();

    @AfterEach
    void end() {
        layers.forEach(ChannelLayer::close);
        redis.close();
    }

    private DjangoPubSubChannelLayer.Builder builder() {
        return DjangoPubSubChannelLayer.builder(RedisHosts.of(redis.url())).serializer(DjangoSerializer.json());
    }

    private DjangoPubSubChannelLayer started(DjangoPubSubChannelLayer.Builder builder) {
        DjangoPubSubChannelLayer layer = builder.build();
        layers.add(layer);
        return layer;
    }

    private String subscriptions(String pattern) {
        try (var cli = redis.cli()) {
            return String.valueOf(cli.reply("PUBSUB", "CHANNELS", pattern));
        }
    }

    @Test
    void receivesPythonsGroupMessages() {
        DjangoPubSubChannelLayer here = started(builder());
        Peer ada = PubSubRules.member(here, "room");

        redis.command("PUBLISH", "asgi__group__room", "{\"type\": \"chat.message\", \"text\": \"hi\"}");

        assertThat(ada.next()).isEqualTo(Message.of("chat.message").with("text", "hi"));
    }

    @Test
    void receivesPythonsDirectMessages() {
        DjangoPubSubChannelLayer here = started(builder());
        Peer ada = Peer.of(here);
        await().until(() -> subscriptions("asgispecific.*").contains(ada.channel()));

        redis.command("PUBLISH", ada.channel(), "{\"type\": \"hello\"}");

        assertThat(ada.channel()).matches("asgispecific\\.[0-9a-f]{32}");
        assertThat(ada.next()).isEqualTo(Message.of("hello"));
    }

    @Test
    void membersOfAllProcessesReceiveGroupMessageOnce() {
        DjangoPubSubChannelLayer here = started(builder().encryptionKeys("a secret"));
        DjangoPubSubChannelLayer there = started(builder().encryptionKeys("another", "a secret"));
        Peer ada = PubSubRules.member(here, "room");
        Peer bob = PubSubRules.member(there, "room");

        PubSubRules.done(here.groupSend("room", Message.of("hello")));

        assertThat(ada.next()).isEqualTo(Message.of("hello"));
        assertThat(bob.next()).isEqualTo(Message.of("hello"));
        assertThat(ada.anything()).isNull();
        assertThat(bob.anything()).isNull();
    }

    @Test
    void sendsToChannelsOfOtherProcesses() {
        DjangoPubSubChannelLayer here = started(builder().serializer(DjangoSerializer.messagePack()));
        DjangoPubSubChannelLayer there = started(builder().serializer(DjangoSerializer.messagePack()));
        String channel = PubSubRules.done(there.newChannel());

        PubSubRules.done(here.send(channel, Message.of("hello")));

        assertThat(PubSubRules.done(there.receive(channel))).isEqualTo(Message.of("hello"));
    }

    @Test
    void receivesFromPlainChannel() {
        DjangoPubSubChannelLayer here = started(builder());
        CompletableFuture<Message> received = here.receive("worker").toCompletableFuture();

        await().until(() -> subscriptions("worker").contains("worker"));
        redis.command("PUBLISH", "worker", "{\"type\": \"job\"}");

        assertThat(PubSubRules.done(received)).isEqualTo(Message.of("job"));
    }

    @Test
    void closedConnectionIsUnsubscribed() {
        DjangoPubSubChannelLayer here = started(builder());
        Peer ada = PubSubRules.member(here, "room");
        await().until(() -> subscriptions("asgi*").contains(ada.channel()));

        ada.close();

        await().until(() -> subscriptions("asgispecific.*").equals("[]"));
        assertThat(subscriptions("asgi__group__*")).isEqualTo("[]");
    }

    @Test
    void countsMalformedMessages() {
        DjangoPubSubChannelLayer here = started(builder());
        Peer ada = PubSubRules.member(here, "room");

        redis.command("PUBLISH", "asgi__group__room", "nonsense");

        await().until(() -> here.health().malformed() == 1);
        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
    }

    @Test
    void rejectsFeaturesThatDjangoLacks() {
        DjangoPubSubChannelLayer here = started(builder());
        Peer ada = Peer.of(here);

        assertThat(here.groupSend("room", Message.of("hello"), Set.of(ada.channel()))
                        .toCompletableFuture())
                .isCompletedExceptionally();
        assertThatThrownBy(() -> here.groupAdd("zimmer ä", ada.channel())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> here.groupAdd("room", "asgispecific.unknown"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DjangoPubSubChannelLayer.builder(RedisHosts.of("redis-cluster://localhost:7000")))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
