package io.channels4j.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(40)
class RedisPubSubOutageTest {

    private static final Message HELLO = Message.of("hello");

    private final RedisProcess redis = RedisProcess.start();
    private final Outages outages = new Outages();
    private final List<ChannelLayer> layers = new ArrayList<>();

    @AfterEach
    void end() {
        layers.forEach(ChannelLayer::close);
        redis.close();
    }

    private RedisPubSubChannelLayer.Builder builder() {
        return builder(Duration.ofSeconds(10));
    }

    private RedisPubSubChannelLayer.Builder builder(Duration timeout) {
        return RedisPubSubChannelLayer.builder(RedisHosts.of(redis.url())
                .withTimeout(timeout)
                .withReconnectDelay(Duration.ofMillis(10), Duration.ofMillis(200)));
    }

    private RedisPubSubChannelLayer started(RedisPubSubChannelLayer.Builder builder) {
        RedisPubSubChannelLayer layer = builder.build();
        layers.add(layer);
        return layer;
    }

    private static void awaitState(RedisPubSubChannelLayer layer, State state) {
        await().pollInterval(Duration.ofMillis(10)).until(() -> layer.health().state() == state);
    }

    private void killAndNotice(RedisPubSubChannelLayer... noticing) {
        redis.kill();
        for (RedisPubSubChannelLayer layer : noticing) {
            awaitState(layer, State.DOWN);
        }
    }

    private void restartAndRecover(RedisPubSubChannelLayer... recovering) {
        redis.restart();
        for (RedisPubSubChannelLayer layer : recovering) {
            awaitState(layer, State.UP);
        }
    }

    @Test
    @DisplayName(
            "P5: during an outage members of the same process receive messages, and senders get a failure for other"
                    + " processes")
    void localDeliveryContinuesDuringOutage() {
        RedisPubSubChannelLayer here = started(builder());
        Peer ada = PubSubRules.member(here, "room");
        killAndNotice(here);

        CompletionStage<Void> sent = here.groupSend("room", HELLO);

        assertThat(ada.next()).isEqualTo(HELLO);
        assertThatThrownBy(() -> PubSubRules.done(sent))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(LayerUnavailableException.class)
                .hasMessageContaining("send to group room")
                .hasMessageContaining("members of this process have the message");
        assertThat(here.health().failed()).isEqualTo(1);
    }

    @Test
    @DisplayName("P5: a member that joins during an outage receives from other processes after it")
    void joinDuringOutageIsCompletedLater() {
        RedisPubSubChannelLayer here = started(builder());
        RedisPubSubChannelLayer there = started(builder());
        killAndNotice(here, there);
        Peer ada = PubSubRules.member(here, "room");

        restartAndRecover(here, there);
        PubSubRules.done(there.groupSend("room", HELLO));

        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(ada.next()).isEqualTo(HELLO);
    }

    @Test
    @DisplayName("P5: recovery is automatic and reported to listeners, and once to each connection")
    void reportsRecovery() {
        RedisPubSubChannelLayer here = started(builder().listener(outages));
        Peer ada = PubSubRules.member(here, "room0");
        IntStream.range(1, 5).forEach(i -> PubSubRules.done(here.groupAdd("room" + i, ada.channel())));
        Peer bob = PubSubRules.member(here, "room1");
        Peer loner = Peer.of(here);
        outages.forget();

        killAndNotice(here);
        restartAndRecover(here);

        await().until(() -> outages.reported().contains("UP"));
        assertThat(outages.reported())
                .startsWith("DOWN")
                .endsWith("gap 5", "UP")
                .containsOnlyOnce("gap 5", "UP");
        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(bob.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(ada.anything()).isNull();
        assertThat(bob.anything()).isNull();
        assertThat(loner.waiting()).isZero();
    }

    @Test
    void restoresSubscriptionsOfManyGroups() {
        RedisPubSubChannelLayer here = started(builder());
        RedisPubSubChannelLayer there = started(builder());
        List<Peer> members = new ArrayList<>();
        List<CompletionStage<Void>> joins = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            Peer peer = Peer.of(there);
            members.add(peer);
            joins.add(there.groupAdd("room" + i, peer.channel()));
        }
        joins.forEach(PubSubRules::done);

        killAndNotice(here, there);
        restartAndRecover(here, there);
        for (int i = 0; i < 3000; i++) {
            here.groupSend("room" + i, HELLO);
        }

        assertThat(members).allSatisfy(peer -> {
            assertThat(peer.next()).isEqualTo(Message.of(ChannelLayer.GAP));
            assertThat(peer.next()).isEqualTo(HELLO);
        });
    }

    @Test
    void memberThatLeftDuringOutageIsNotSubscribedAgain() {
        RedisPubSubChannelLayer here = started(builder());
        Peer ada = PubSubRules.member(here, "room");
        killAndNotice(here);

        ada.close();
        restartAndRecover(here);

        assertThat(here.health().subscriptions()).isEqualTo(3);
    }

    @Test
    void reconnectsAndRestoresMemberships() {
        RedisPubSubChannelLayer here = started(builder());
        RedisPubSubChannelLayer there = started(builder());
        Peer ada = PubSubRules.member(here, "room");
        for (int round = 0; round < 3; round++) {
            Peer bob = PubSubRules.member(there, "room");

            redis.command("CLIENT", "KILL", "TYPE", "pubsub");
            redis.command("CLIENT", "KILL", "TYPE", "normal");
            ada.next(); // the message that reports the gap
            awaitState(here, State.UP);
            awaitState(there, State.UP);
            bob.next(); // the message that reports the gap
            PubSubRules.done(there.groupSend("room", HELLO));

            assertThat(ada.next()).isEqualTo(HELLO);
            assertThat(bob.next()).isEqualTo(HELLO);
            bob.close();
        }
    }

    @Test
    void lostPublishingConnectionLosesNoReceivedMessage() {
        RedisPubSubChannelLayer here = started(builder().listener(outages));
        Peer ada = PubSubRules.member(here, "room");
        outages.forget();

        redis.command("CLIENT", "KILL", "TYPE", "normal");

        await().until(() -> outages.reported().contains("UP"));
        assertThat(outages.reported()).containsExactly("DOWN", "UP");
        assertThat(ada.waiting()).isZero();
    }

    @Test
    void pauseDelaysMessagesWithoutLoss() {
        RedisPubSubChannelLayer here = started(builder());
        RedisPubSubChannelLayer there = started(builder());
        Peer bob = PubSubRules.member(there, "room");

        redis.command("CLIENT", "PAUSE", "1500", "ALL");
        for (int i = 0; i < 500; i++) {
            here.groupSend("room", Message.of("n").with("i", i));
        }

        assertThat(bob.next(500)).last().isEqualTo(Message.of("n").with("i", 499));
        assertThat(here.health().failed()).isZero();
        assertThat(here.health().state()).isEqualTo(State.UP);
    }

    /** Sends a message, pauses Redis, and sends {@code count} more messages. Redis replies to these when it is unpaused. */
    private List<CompletionStage<Void>> sendUnanswered(RedisPubSubChannelLayer here, int count) {
        PubSubRules.done(here.groupSend("room", HELLO));
        redis.command("CLIENT", "PAUSE", "20000", "WRITE");
        return IntStream.range(0, count)
                .mapToObj(i -> here.groupSend("room", Message.of("n").with("i", i)))
                .toList();
    }

    private static long done(List<CompletionStage<Void>> sent) {
        return sent.stream()
                .filter(stage -> stage.toCompletableFuture().isDone())
                .count();
    }

    @Test
    void senderWaitsOnlyWhenManyRepliesAreMissing() {
        RedisPubSubChannelLayer here = started(builder().maxUnanswered(100));
        RedisPubSubChannelLayer there = started(builder());
        Peer bob = PubSubRules.member(there, "room");

        List<CompletionStage<Void>> sent = sendUnanswered(here, 150);

        assertThat(done(sent)).isBetween(99L, 100L); // the layer's own probe may occupy one slot
        redis.command("CLIENT", "UNPAUSE");
        sent.forEach(PubSubRules::done);
        assertThat(bob.next()).isEqualTo(HELLO);
        assertThat(bob.next(150)).last().isEqualTo(Message.of("n").with("i", 149));
    }

    @Test
    void senderWaitsForEveryReplyWithZeroUnanswered() {
        RedisPubSubChannelLayer here = started(builder().maxUnanswered(0));

        List<CompletionStage<Void>> sent = sendUnanswered(here, 3);

        assertThat(done(sent)).isZero();
        redis.command("CLIENT", "UNPAUSE");
        sent.forEach(PubSubRules::done);
        assertThatThrownBy(() -> builder().maxUnanswered(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    @Test
    @DisplayName("P5: messages in flight when Redis fails are counted, and fail for senders that wait")
    void messagesLostInFlightAreCounted() {
        RedisPubSubChannelLayer here = started(builder().maxUnanswered(50));

        List<CompletionStage<Void>> sent = sendUnanswered(here, 60);
        killAndNotice(here);

        await().until(() -> here.health().failed() == 60);
        assertThat(sent.subList(0, 49))
                .allSatisfy(stage -> assertThat(stage.toCompletableFuture()).isCompleted());
        assertThat(sent.subList(50, 60))
                .allSatisfy(stage -> assertThat(stage.toCompletableFuture()).isCompletedExceptionally());
    }

    @Test
    void replacesConnectionsOfSilentHost() {
        RedisPubSubChannelLayer here = started(builder(Duration.ofMillis(500)).listener(outages));
        Peer ada = PubSubRules.member(here, "room");
        await().until(() -> !here.health().lag().isZero());

        redis.command("CLIENT", "PAUSE", "5000", "ALL");

        awaitState(here, State.DOWN);
        here.groupSend("room", HELLO);
        assertThat(ada.next()).isEqualTo(HELLO);
        awaitState(here, State.UP);
        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
    }

    @Test
    void messagesWaitForEndOfOutageInOrder() {
        RedisHosts slow = RedisHosts.of(redis.url()).withReconnectDelay(Duration.ofSeconds(2), Duration.ofSeconds(2));
        RedisPubSubChannelLayer here =
                started(RedisPubSubChannelLayer.builder(slow).maxBytesDuringOutage(1_000_000));
        RedisPubSubChannelLayer there = started(builder());
        Peer bob = PubSubRules.member(there, "room");
        killAndNotice(here, there);

        List<CompletionStage<Void>> sent = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            sent.add(here.groupSend("room", Message.of("n").with("i", i)));
        }
        assertThat(sent)
                .allSatisfy(stage -> assertThat(stage.toCompletableFuture()).isNotDone());
        restartAndRecover(there);

        sent.forEach(PubSubRules::done);
        assertThat(bob.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(bob.next(100))
                .extracting(message -> message.getInt("i"))
                .isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void messagesBeyondWaitingBytesFail() {
        RedisPubSubChannelLayer here = started(builder().maxBytesDuringOutage(10_000));
        killAndNotice(here);

        CompletionStage<Void> waits = here.groupSend("room", HELLO);
        CompletionStage<Void> tooMuch = here.groupSend("room", Message.of("big").with("text", "x".repeat(10_000)));

        assertThat(waits.toCompletableFuture()).isNotDone();
        assertThat(tooMuch.toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void startsWithoutRedis() {
        redis.kill();
        RedisPubSubChannelLayer here = started(builder().listener(outages));
        assertThat(here.health().state()).isEqualTo(State.DOWN);
        Peer ada = PubSubRules.member(here, "room");

        restartAndRecover(here);
        PubSubRules.done(started(builder()).groupSend("room", HELLO));

        assertThat(ada.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(ada.next()).isEqualTo(HELLO);
        assertThat(outages.reported()).startsWith("DOWN").endsWith("gap 1", "UP");
    }

    @Test
    void closeDuringOutageFailsWaitingSends() {
        RedisPubSubChannelLayer here = started(builder().maxBytesDuringOutage(10_000));
        killAndNotice(here);
        CompletionStage<Void> waits = here.groupSend("room", HELLO);

        here.close();

        await().until(() -> waits.toCompletableFuture().isCompletedExceptionally());
    }
}
