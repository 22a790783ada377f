package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.LayerSettings;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.redis.serializer.DjangoSerializer;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(40)
class DjangoChannelLayerTest {

    private static final Message HELLO = Message.of("hello");
    private static final Message GAP = Message.of(ChannelLayer.GAP);
    private static final String PYTHON = "specific.0123456789abcdef0123456789abcdef!00000000000000000000000000000001";

    private final RedisProcess redis = RedisProcess.startDurable();
    private final Outages outages = new Outages();
    private final List<ChannelLayer> layers = new ArrayList<>();

    @AfterEach
    void end() {
        layers.forEach(ChannelLayer::close);
        redis.close();
    }

    private DjangoChannelLayer.Builder builder() {
        return DjangoChannelLayer.builder(
                        RedisHosts.of(redis.url()).withReconnectDelay(Duration.ofMillis(10), Duration.ofMillis(200)))
                .lease(Duration.ofSeconds(1), Duration.ofMillis(200));
    }

    private DjangoChannelLayer started(DjangoChannelLayer.Builder builder) {
        DjangoChannelLayer layer = builder.build();
        layers.add(layer);
        return layer;
    }

    private static void awaitState(State state, DjangoChannelLayer... all) {
        for (DjangoChannelLayer layer : all) {
            await().pollInterval(Duration.ofMillis(10))
                    .until(() -> layer.health().state() == state);
        }
    }

    private static Message numbered(int number) {
        return Message.of("n").with("i", number);
    }

    // ---- the wire format ----

    @Test
    void membersAreStoredLikeDjangos() {
        DjangoChannelLayer here = started(builder());
        Peer ada = member(here, "room");

        assertThat(ada.channel()).matches("specific\\.[0-9a-f]{32}![0-9a-z]+");
        assertThat(redis.command("ZRANGE", "asgi:group:room", "0", "-1")).contains(ada.channel());
        assertThat(Double.parseDouble(redis.command("ZSCORE", "asgi:group:room", ada.channel())))
                .isBetween(1.7e9, 1e10);
        assertThat(Integer.parseInt(redis.command("TTL", "asgi:group:room"))).isBetween(86_000, 86_400);
    }

    @Test
    void messageToProcessWithSeveralMembersIsStoredOnce() {
        DjangoChannelLayer here = started(builder().serializer(DjangoSerializer.json()));
        done(here.groupAdd("room", PYTHON));
        done(here.groupAdd("room", PYTHON + "2"));

        done(here.groupSend("room", HELLO));

        String queue = "asgispecific.0123456789abcdef0123456789abcdef!";
        assertThat(redis.command("ZCARD", queue)).isEqualTo("1");
        assertThat(redis.command("ZRANGE", queue, "0", "-1"))
                .contains("\"__asgi_channel__\": [\"" + PYTHON + "\", \"" + PYTHON + "2\"]");
        assertThat(Integer.parseInt(redis.command("TTL", queue))).isBetween(50, 60);
    }

    @Test
    void exceptedChannelsReceiveNothingInOtherProcesses() {
        DjangoChannelLayer here = started(builder());
        DjangoChannelLayer there = started(builder());
        Peer ada = member(there, "room");
        Peer bob = member(there, "room");

        done(here.groupSend("room", HELLO, Set.of(ada.channel())));

        assertThat(bob.next()).isEqualTo(HELLO);
        assertThat(ada.anything()).isNull();
    }

    @Test
    void memberThatAnotherProcessAddedReceivesThisProcessesMessages() {
        DjangoChannelLayer here = started(builder());
        DjangoChannelLayer there = started(builder());
        Peer ada = Peer.of(here);
        done(there.groupAdd("room", ada.channel()));

        done(here.groupSend("room", HELLO));
        done(there.groupSend("room", numbered(1)));

        assertThat(ada.next(2)).containsExactlyInAnyOrder(HELLO, numbered(1));
        assertThat(ada.anything()).isNull();
    }

    @Test
    void closedConnectionLeavesItsGroups() {
        DjangoChannelLayer here = started(builder());
        Peer ada = member(here, "room");

        ada.close();

        await().until(() -> redis.command("EXISTS", "asgi:group:room").equals("0"));
        assertThat(here.health().subscriptions()).isZero();
    }

    @Test
    void closedLayerLeavesNothing() {
        DjangoChannelLayer here = started(builder());
        DjangoChannelLayer there = started(builder());
        member(here, "room");
        done(there.groupSend("room", HELLO));
        CompletableFuture<Message> waiting = here.receive("jobs").toCompletableFuture();

        here.close();
        there.close();

        await().until(() -> redis.command("KEYS", "asgi*").equals("[]"));
        assertThat(waiting).isCompletedExceptionally();
    }

    @Test
    void flushKeepsLayersWithLongerPrefixes() {
        DjangoChannelLayer here = started(builder());
        DjangoChannelLayer other = started(builder().prefix("asgi2"));
        Peer ada = member(other, "room");
        member(here, "room");

        done(here.flush());

        assertThat(redis.command("EXISTS", "asgi:group:room")).isEqualTo("0");
        assertThat(redis.command("ZRANGE", "asgi2:group:room", "0", "-1")).contains(ada.channel());
    }

    @Test
    @DisplayName("P3: a message to a full queue is rejected, and a group's message to it is dropped and counted")
    void fullQueueIsReported() {
        DjangoChannelLayer here =
                started(builder().settings(LayerSettings.defaults().withCapacity(2)));
        done(here.groupAdd("room", PYTHON));
        done(here.send(PYTHON, HELLO));
        done(here.groupSend("room", HELLO));

        done(here.groupSend("room", HELLO));

        assertThatThrownBy(() -> done(here.send(PYTHON, HELLO)))
                .cause()
                .isInstanceOf(ChannelFullException.class)
                .hasMessageContaining(PYTHON);
        assertThat(here.health().dropped()).isEqualTo(2);
    }

    @Test
    @DisplayName("Upstream: an expiry of less than a second does not remove the queue immediately")
    void shortExpiryKeepsMessages() {
        DjangoChannelLayer here =
                started(builder().settings(LayerSettings.defaults().withExpiry(Duration.ofMillis(900))));

        done(here.send("jobs", HELLO));

        assertThat(Integer.parseInt(redis.command("TTL", "asgijobs"))).isPositive();
        assertThat(done(here.receive("jobs"))).isEqualTo(HELLO);
    }

    @Test
    @DisplayName("Upstream: on several hosts, direct messages reach their channels")
    void directMessagesArriveOnSeveralHosts() {
        String[] urls = {redis.url() + "/1", redis.url() + "/2", redis.url() + "/3"};
        DjangoChannelLayer here = started(DjangoChannelLayer.builder(RedisHosts.of(urls)));
        DjangoChannelLayer there = started(DjangoChannelLayer.builder(RedisHosts.of(urls)));
        List<Peer> peers =
                IntStream.range(0, 20).mapToObj(i -> member(there, "room")).toList();

        peers.forEach(peer -> done(here.send(peer.channel(), HELLO)));
        done(here.groupSend("room", numbered(1)));

        assertThat(peers).allSatisfy(peer -> assertThat(peer.next(2)).containsExactly(HELLO, numbered(1)));
    }

    @Test
    void entriesOnWrongHostAreRead() {
        String[] urls = {redis.url() + "/1", redis.url() + "/2"};
        DjangoChannelLayer there =
                started(DjangoChannelLayer.builder(RedisHosts.of(urls)).serializer(DjangoSerializer.json()));
        Peer ada = Peer.of(there);
        String queue = ada.channel().substring(0, ada.channel().indexOf('!') + 1);
        String entry = "0123456789ab{\"type\": \"hello\", \"__asgi_channel__\": \"" + ada.channel() + "\"}";

        String now = String.valueOf(System.currentTimeMillis() / 1000);
        for (String database : List.of("1", "2")) {
            try (var cli = redis.cli()) {
                cli.command("SELECT", database);
                cli.command("ZADD", "asgi" + queue, now, entry); // Django uses the hash of the full name
            }
        }

        assertThat(ada.next(2)).containsExactly(HELLO, HELLO);
    }

    @Test
    @DisplayName("P1: messages keep their order although the sender's clock is behind that of the last message")
    void orderIsKeptWithSkewedClocks() {
        DjangoChannelLayer here = started(builder().serializer(DjangoSerializer.json()));
        long ahead = System.currentTimeMillis() / 1000 + 20;
        redis.command("ZADD", "asgijobs", String.valueOf(ahead), "0123456789ab{\"type\": \"first\"}");

        IntStream.range(0, 10).forEach(i -> done(here.send("jobs", numbered(i))));

        assertThat(done(here.receive("jobs"))).isEqualTo(Message.of("first"));
        for (int i = 0; i < 10; i++) {
            assertThat(done(here.receive("jobs"))).isEqualTo(numbered(i));
        }
    }

    // ---- outages ----

    @Test
    @DisplayName(
            "P5: during an outage members of the same process receive messages, and senders get a failure for others")
    void localDeliveryContinuesDuringOutage() {
        DjangoChannelLayer here = started(builder());
        Peer ada = member(here, "room");
        redis.kill();
        awaitState(State.DOWN, here);

        CompletionStage<Void> sent = here.groupSend("room", HELLO);

        assertThat(ada.next()).isEqualTo(HELLO);
        assertThatThrownBy(() -> done(sent))
                .cause()
                .isInstanceOf(LayerUnavailableException.class)
                .hasMessageContaining("members of this process have the message");
        assertThatThrownBy(() -> done(here.send("jobs", HELLO))).cause().isInstanceOf(LayerUnavailableException.class);
    }

    @Test
    @DisplayName("P5: members that joined before or during an outage receive one gap and then new messages, once")
    void membershipsAreRestoredWithGap() {
        DjangoChannelLayer here = started(builder().listener(outages));
        DjangoChannelLayer there = started(builder());
        Peer ada = member(here, "room");
        done(here.groupAdd("second", ada.channel()));
        redis.kill();
        awaitState(State.DOWN, here, there);
        Peer bob = member(here, "room");
        outages.forget();

        redis.restart();
        awaitState(State.UP, here, there);
        done(there.groupSend("room", HELLO));

        assertThat(ada.next(2)).containsExactly(GAP, HELLO);
        assertThat(bob.next(2)).containsExactly(GAP, HELLO);
        assertThat(ada.anything()).isNull();
        assertThat(outages.reported()).containsExactly("gap 2", "UP");
    }

    @Test
    @DisplayName("P2: a member that leaves during an outage is removed after it")
    void departureDuringOutageIsCompletedLater() {
        DjangoChannelLayer here = started(builder());
        Peer ada = member(here, "room");
        redis.kill();
        awaitState(State.DOWN, here);

        ada.close();
        redis.restart();
        awaitState(State.UP, here);

        await().until(() -> redis.command("EXISTS", "asgi:group:room").equals("0"));
    }

    @Test
    @DisplayName("P5: a Redis that lost its data gets the memberships again, and the members receive a gap")
    void emptyRedisGetsTheMembershipsAgain() {
        DjangoChannelLayer here =
                started(builder().settings(LayerSettings.defaults().withGroupExpiry(Duration.ofSeconds(3))));
        DjangoChannelLayer there = started(builder());
        Peer ada = member(here, "room");

        redis.command("FLUSHALL");

        assertThat(ada.next()).isEqualTo(GAP);
        done(there.groupSend("room", HELLO));
        assertThat(ada.next()).isEqualTo(HELLO);
    }

    @Test
    @DisplayName("P5: messages that were accepted before the receiver's connections broke arrive once")
    void brokenConnectionsLoseNothingThatWaits() {
        DjangoChannelLayer here = started(builder());
        DjangoChannelLayer there = started(builder());
        Peer ada = member(here, "room");

        for (int i = 0; i < 200; i++) {
            done(there.groupSend("room", numbered(i)));
            if (i == 100) {
                redis.command("CLIENT", "KILL", "TYPE", "normal");
                awaitState(State.UP, there);
            }
        }

        List<Message> received = new ArrayList<>(ada.next(200));
        assertThat(received).contains(GAP).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("P9: a message that this process cannot read is a gap in its groups")
    void unreadableMessageIsAGap() {
        DjangoChannelLayer here = started(builder());
        Peer ada = member(here, "room");
        String queue = "asgi" + ada.channel().substring(0, ada.channel().indexOf('!') + 1);

        redis.command("ZADD", queue, String.valueOf(System.currentTimeMillis() / 1000), "twelve bytes and nonsense");

        assertThat(ada.next()).isEqualTo(GAP);
        assertThat(here.health().drops()).containsEntry(LayerListener.DropReason.UNREADABLE, 1L);
    }

    @Test
    @DisplayName("P5: a silent Redis is reported, and the lag grows")
    void silentRedisIsReported() {
        DjangoChannelLayer here = started(builder());
        redis.command("CLIENT", "PAUSE", "6000", "ALL");

        awaitState(State.DEGRADED, here);

        assertThat(here.health().lag()).isGreaterThan(Duration.ofSeconds(1));
        awaitState(State.UP, here);
    }

    @Test
    void userWithoutPermissionIsRejectedAtStart() {
        redis.command("ACL", "SETUSER", "weak", "on", ">secret", "~*", "&*", "+@all", "-eval", "-evalsha");
        String url = redis.url().replace("redis://", "redis://weak:secret@");

        assertThatThrownBy(() -> DjangoChannelLayer.builder(RedisHosts.of(url)).build())
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("NOPERM");
    }

    @Test
    void rejectsClustersAndDjangosInvalidNames() {
        DjangoChannelLayer here = started(builder());

        assertThatThrownBy(() -> DjangoChannelLayer.builder(RedisHosts.of("redis-cluster://localhost:7000")))
                .isInstanceOf(IllegalArgumentException.class);
        for (String name : List.of("", "a b", "a\n", "x".repeat(100), "a!b!c", "zimmer ä")) {
            assertThatThrownBy(() -> here.send(name, HELLO)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> here.groupSend(name, HELLO)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
