package io.channels4j.redis;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.layer.MessageTooLargeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the behaviour of the pub/sub layer on every Redis topology. Each test uses its own prefix. */
@Timeout(30)
abstract class PubSubRules {

    private static final AtomicInteger PREFIXES = new AtomicInteger();

    private final String prefix = getClass().getSimpleName() + PREFIXES.incrementAndGet();
    private final List<ChannelLayer> layers = new ArrayList<>();

    abstract RedisHosts hosts();

    final String prefix() {
        return prefix;
    }

    final RedisPubSubChannelLayer.Builder builder() {
        return RedisPubSubChannelLayer.builder(hosts()).prefix(prefix);
    }

    /** Creates a layer that acts as another process. */
    final RedisPubSubChannelLayer process() {
        return started(builder());
    }

    final RedisPubSubChannelLayer started(RedisPubSubChannelLayer.Builder builder) {
        RedisPubSubChannelLayer layer = builder.build();
        layers.add(layer);
        return layer;
    }

    static <T> T done(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(10, SECONDS).join();
    }

    /** Opens a connection that has joined a group. */
    static Peer member(ChannelLayer layer, String group) {
        Peer peer = Peer.of(layer);
        done(layer.groupAdd(group, peer.channel()));
        return peer;
    }

    @AfterEach
    void closeLayers() {
        layers.forEach(ChannelLayer::close);
    }

    @Test
    void groupMessageReachesMembersInAllProcesses() {
        RedisPubSubChannelLayer here = process();
        RedisPubSubChannelLayer there = process();
        Peer ada = member(here, "room");
        Peer bob = member(there, "room");

        done(here.groupSend("room", Message.of("hello").with("text", "hi")));

        assertThat(ada.next()).isEqualTo(Message.of("hello").with("text", "hi"));
        assertThat(bob.next()).isEqualTo(Message.of("hello").with("text", "hi"));
        assertThat(ada.anything()).isNull();
        assertThat(bob.anything()).isNull();
    }

    @Test
    void manyGroupsReachTheirMembersOnly() {
        RedisPubSubChannelLayer here = process();
        RedisPubSubChannelLayer there = process();
        List<Peer> members =
                IntStream.range(0, 40).mapToObj(i -> member(there, "room" + i)).toList();

        for (int i = 0; i < 40; i++) {
            done(here.groupSend("room" + i, Message.of("hello").with("room", i)));
        }

        for (int i = 0; i < 40; i++) {
            assertThat(members.get(i).next().getInt("room")).isEqualTo(i);
            assertThat(members.get(i).waiting()).isZero();
        }
    }

    @Test
    void excludedChannelsGetNothingInAnyProcess() {
        RedisPubSubChannelLayer here = process();
        RedisPubSubChannelLayer there = process();
        Peer ada = member(here, "room");
        Peer bob = member(there, "room");
        Peer eve = member(there, "room");

        done(here.groupSend("room", Message.of("hello"), Set.of(ada.channel(), bob.channel())));

        assertThat(eve.next()).isEqualTo(Message.of("hello"));
        assertThat(ada.anything()).isNull();
        assertThat(bob.anything()).isNull();
    }

    @Test
    void directMessagesReachAnotherProcessInOrder() {
        RedisPubSubChannelLayer here = process();
        RedisPubSubChannelLayer there = process();
        Peer bob = Peer.of(there);

        for (int i = 0; i < 100; i++) {
            here.send(bob.channel(), Message.of("n").with("i", i));
        }

        assertThat(bob.next(100))
                .extracting(message -> message.getInt("i"))
                .isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void newChannelReceivesFromAnotherProcess() {
        RedisPubSubChannelLayer here = process();
        RedisPubSubChannelLayer there = process();
        String channel = done(there.newChannel());

        done(here.send(channel, Message.of("hello")));

        assertThat(done(there.receive(channel))).isEqualTo(Message.of("hello"));
    }

    @Test
    void plainChannelReachesReceivingProcess() {
        RedisPubSubChannelLayer here = process();
        RedisPubSubChannelLayer there = process();
        CompletableFuture<Message> received = there.receive("worker").toCompletableFuture();

        await().until(() -> {
            done(here.send("worker", Message.of("job")));
            return received.isDone();
        });

        assertThat(received.join()).isEqualTo(Message.of("job"));
    }

    @Test
    void plainChannelStaysSubscribedBetweenReceives() {
        RedisPubSubChannelLayer here = process();
        RedisPubSubChannelLayer there = process();
        CompletableFuture<Message> first = there.receive("worker").toCompletableFuture();
        await().until(() -> {
            done(here.send("worker", Message.of("first")));
            return first.isDone();
        });

        done(here.send("worker", Message.of("second")));

        Message next = done(there.receive("worker"));
        while (next.type().equals("first")) {
            next = done(there.receive("worker"));
        }
        assertThat(next).isEqualTo(Message.of("second"));
    }

    @Test
    void plainChannelReachesSameProcess() {
        RedisPubSubChannelLayer here = process();
        CompletionStage<Message> received = here.receive("worker");

        done(here.send("worker", Message.of("job")));

        assertThat(done(received)).isEqualTo(Message.of("job"));
        assertThat(here.receive("worker").toCompletableFuture()).isNotDone();
    }

    @Test
    void ordersMessagesOfOneSender() {
        RedisPubSubChannelLayer here = process();
        RedisPubSubChannelLayer there = process();
        Peer ada = member(here, "room");
        Peer bob = member(there, "room");

        for (int i = 0; i < 1000; i++) {
            here.groupSend("room", Message.of("n").with("i", i));
        }

        List<Integer> sent = IntStream.range(0, 1000).boxed().toList();
        assertThat(bob.next(1000)).extracting(message -> message.getInt("i")).isEqualTo(sent);
        assertThat(ada.next(1000)).extracting(message -> message.getInt("i")).isEqualTo(sent);
    }

    @Test
    void memberThatLeftReceivesNothing() {
        RedisPubSubChannelLayer here = process();
        RedisPubSubChannelLayer there = process();
        Peer ada = member(there, "room");
        Peer bob = member(there, "room");

        done(there.groupDiscard("room", ada.channel()));
        bob.close();
        done(here.groupSend("room", Message.of("hello")));

        assertThat(ada.anything()).isNull();
        assertThat(bob.anything()).isNull();
    }

    @Test
    void memberThatRejoinedReceivesAgain() {
        RedisPubSubChannelLayer here = process();
        RedisPubSubChannelLayer there = process();
        Peer ada = Peer.of(there);

        for (int i = 0; i < 50; i++) {
            done(there.groupAdd("room", ada.channel()));
            done(here.groupSend("room", Message.of("n").with("i", i)));
            assertThat(ada.next().getInt("i")).isEqualTo(i);
            done(there.groupDiscard("room", ada.channel()));
        }
    }

    @Test
    void discardBeforeAddIsNotAnError() {
        RedisPubSubChannelLayer here = process();

        done(here.groupDiscard("room", Peer.of(here).channel()));

        assertThat(here.health().subscriptions())
                .isLessThanOrEqualTo(7); // the process, and a probe and heartbeats per host
    }

    @Test
    void rejectsChannelOfAnotherProcessInGroup() {
        RedisPubSubChannelLayer here = process();
        String foreign = Peer.of(process()).channel();

        assertThatThrownBy(() -> here.groupAdd("room", foreign))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(foreign)
                .hasMessageContaining("does not belong to this process");
    }

    @Test
    void rejectsTooLargeMessageAndSendsNothing() {
        RedisPubSubChannelLayer here = started(builder().maxMessageBytes(1000));
        Peer ada = member(here, "room");

        CompletableFuture<Void> sent = here.groupSend("room", Message.of("big").with("text", "x".repeat(1000)))
                .toCompletableFuture();

        assertThatThrownBy(sent::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(MessageTooLargeException.class);
        assertThat(ada.anything()).isNull();
    }

    @Test
    void broadcastArrivesAsBroadcast() {
        RedisPubSubChannelLayer here = process();
        Peer bob = member(process(), "room");

        done(here.groupSend("room", Broadcast.text("hä?")));
        done(here.groupSend("room", Broadcast.binary(new byte[] {1, 2, 3})));

        assertThat(bob.next()).isEqualTo(Broadcast.text("hä?"));
        assertThat(((Broadcast) bob.next()).bytes()).containsExactly(1, 2, 3);
    }

    @Test
    void layersWithDifferentPrefixesAreSeparate() {
        RedisPubSubChannelLayer here = process();
        Peer other = member(started(builder().prefix(prefix() + "-other")), "room");

        done(here.groupSend("room", Message.of("hello")));

        assertThat(other.anything()).isNull();
    }

    @Test
    void encryptsWithFirstKeyAndDecryptsWithAll() {
        RedisPubSubChannelLayer old = started(builder().encryptionKeys("an old secret of mine"));
        RedisPubSubChannelLayer young =
                started(builder().encryptionKeys("a new secret of mine", "an old secret of mine"));
        Peer bob = member(young, "room");

        done(old.groupSend("room", Message.of("hello")));

        assertThat(bob.next()).isEqualTo(Message.of("hello"));
    }

    @Test
    void countsMalformedMessages() {
        RedisPubSubChannelLayer other = started(builder().encryptionKeys("a secret of other processes"));
        RedisPubSubChannelLayer there = process();
        Peer bob = member(there, "room");

        done(other.groupSend("room", Message.of("hello")));

        await().until(() -> there.health().malformed() == 1);
        assertThat(bob.next()).isEqualTo(Message.of(ChannelLayer.GAP));
    }

    @Test
    void fullChannelDropsExcessMessages() {
        RedisPubSubChannelLayer here = process();
        RedisPubSubChannelLayer there =
                started(builder().settings(LayerSettings.defaults().withCapacity(3)));
        String channel = done(there.newChannel());

        for (int i = 0; i < 5; i++) {
            done(here.send(channel, Message.of("n").with("i", i)));
        }

        await().until(() -> there.health().dropped() == 2);
        assertThat(done(there.receive(channel)).getInt("i")).isZero();
    }

    @Test
    void delayedMessageReachesAnotherProcess() {
        RedisPubSubChannelLayer here = process();
        Peer bob = Peer.of(process());

        done(here.sendLater(bob.channel(), Message.of("hello"), Duration.ofMillis(50)));

        assertThat(bob.next()).isEqualTo(Message.of("hello"));
    }

    @Test
    void measuresLag() {
        RedisPubSubChannelLayer here = process();

        await().until(() -> !here.health().lag().isZero());

        assertThat(here.health().lag()).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void flushRemovesMembersFromGroups() {
        RedisPubSubChannelLayer here = process();
        Peer ada = member(here, "room");

        done(here.flush());
        done(process().groupSend("room", Message.of("hello")));

        assertThat(ada.anything()).isNull();
    }

    @Test
    void closedLayerFailsCalls() {
        RedisPubSubChannelLayer here = process();
        here.close();
        here.close();

        assertThatThrownBy(() -> done(here.groupSend("room", Message.of("hello"))))
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> done(here.receive("worker"))).hasMessageContaining("closed");
    }
}
