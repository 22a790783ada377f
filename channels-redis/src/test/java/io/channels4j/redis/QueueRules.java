package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.Broadcast;
import io.channels4j.Message;
import io.channels4j.concurrent.Blocking;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.LayerSettings;
import io.channels4j.layer.MessageTooLargeException;
import io.channels4j.redis.serializer.JsonSerializer;
import io.channels4j.redis.serializer.MessagePackSerializer;
import io.channels4j.redis.serializer.MessageSerializer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests the behaviour of the queue layer on every Redis topology. Each test uses its own prefix. */
@Timeout(30)
abstract class QueueRules {

    private static final AtomicInteger PREFIXES = new AtomicInteger();

    /** An expiry longer than the time between sending and receiving, even on a busy machine. */
    private static final Duration SHORT_EXPIRY = Duration.ofMillis(1500);

    private final String prefix = getClass().getSimpleName() + PREFIXES.incrementAndGet();
    private final List<ChannelLayer> layers = new ArrayList<>();

    abstract RedisHosts hosts();

    final RedisChannelLayer.Builder builder() {
        return RedisChannelLayer.builder(hosts()).prefix(prefix);
    }

    final String prefix() {
        return prefix;
    }

    /** Creates a layer that acts as another process. */
    final RedisChannelLayer process() {
        return started(builder());
    }

    final RedisChannelLayer process(LayerSettings settings) {
        return started(builder().settings(settings));
    }

    final RedisChannelLayer started(RedisChannelLayer.Builder builder) {
        RedisChannelLayer layer = builder.build();
        layers.add(layer);
        return layer;
    }

    private static Message numbered(int number) {
        return Message.of("n").with("i", number);
    }

    private static List<Integer> numbers(List<Message> messages) {
        return messages.stream().map(message -> message.getInt("i")).toList();
    }

    private static List<Integer> upTo(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static List<Message> receive(ChannelLayer layer, String channel, int count) {
        List<Message> received = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            received.add(done(layer.receive(channel)));
        }
        return received;
    }

    /** Connects a layer to the host of a queue, so that messages do not expire during a later connection attempt. */
    private static void open(ChannelLayer layer, String queue) {
        done(layer.send(queue, Message.of("first")));
        done(layer.receive(queue));
    }

    private static boolean isEmpty(ChannelLayer layer, String channel) {
        CompletableFuture<Message> next = layer.receive(channel).toCompletableFuture();
        await().pollDelay(Duration.ofMillis(150)).until(() -> true);
        boolean empty = !next.isDone();
        next.cancel(false);
        return empty;
    }

    @AfterEach
    void closeLayers() {
        layers.forEach(ChannelLayer::close);
    }

    @Test
    void deliversAMessageOfAPlainChannel() {
        RedisChannelLayer here = process();

        done(here.send("jobs", Message.of("hello").with("text", "hä?")));

        assertThat(done(here.receive("jobs"))).isEqualTo(Message.of("hello").with("text", "hä?"));
    }

    @Test
    void waitingReceiverGetsTheMessageOfAnotherProcess() {
        CompletionStage<Message> received = process().receive("jobs");

        done(process().send("jobs", Message.of("hello")));

        assertThat(done(received)).isEqualTo(Message.of("hello"));
    }

    @Test
    void keepsTheOrderOfAPlainChannel() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();

        for (int i = 0; i < 100; i++) {
            here.send("jobs", numbered(i));
        }

        assertThat(numbers(receive(there, "jobs", 100))).isEqualTo(upTo(100));
    }

    @Test
    void eachMessageGoesToOneWorker() {
        RedisChannelLayer here = process();
        List<CompletionStage<Message>> received = new ArrayList<>();
        for (int worker = 0; worker < 4; worker++) {
            RedisChannelLayer layer = process();
            IntStream.range(0, 10).forEach(i -> received.add(layer.receive("jobs")));
        }

        upTo(40).forEach(i -> done(here.send("jobs", numbered(i))));

        assertThat(received.stream().map(stage -> done(stage).getInt("i")))
                .containsExactlyInAnyOrderElementsOf(upTo(40));
    }

    @Test
    void oneProcessReadsManyQueues() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();
        List<CompletionStage<Message>> received =
                upTo(30).stream().map(i -> there.receive("jobs" + i)).toList();

        upTo(30).forEach(i -> done(here.send("jobs" + i, numbered(i))));

        assertThat(received.stream().map(stage -> done(stage).getInt("i"))).isEqualTo(upTo(30));
    }

    @Test
    void fullQueueRejectsMessages() {
        RedisChannelLayer here = process(LayerSettings.defaults().withCapacity(3));
        upTo(3).forEach(i -> done(here.send("jobs", numbered(i))));

        assertThatThrownBy(() -> done(here.send("jobs", numbered(3))))
                .cause()
                .isInstanceOf(ChannelFullException.class)
                .hasMessageContaining("jobs")
                .hasMessageContaining("3 unread");
        assertThat(numbers(receive(here, "jobs", 3))).isEqualTo(upTo(3));
        done(here.send("jobs", numbered(4)));
    }

    @Test
    void queueCanHaveItsOwnCapacity() {
        RedisChannelLayer here = process(LayerSettings.defaults().withChannelCapacity("jo?s*", 1));
        done(here.send("jobs", numbered(0)));

        assertThatThrownBy(() -> done(here.send("jobs", numbered(1)))).hasCauseInstanceOf(ChannelFullException.class);
        done(here.send("other", numbered(0)));
        done(here.send("other", numbered(1)));
    }

    @Test
    void newChannelReceivesFromAnotherProcess() {
        RedisChannelLayer there = process();
        String channel = done(there.newChannel());

        upTo(3).forEach(i -> done(process().send(channel, numbered(i))));

        assertThat(numbers(receive(there, channel, 3))).isEqualTo(upTo(3));
    }

    @Test
    void processesReceiveFromTheirOwnChannels() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();
        String ours = done(here.newChannel());
        String theirs = done(there.newChannel());

        done(here.send(theirs, numbered(1)));
        done(here.send(ours, numbered(2)));

        assertThat(done(there.receive(theirs)).getInt("i")).isEqualTo(1);
        assertThat(done(here.receive(ours)).getInt("i")).isEqualTo(2);
    }

    @Test
    void blockingCodeCanSendToAGroupRepeatedly() {
        RedisChannelLayer here = process();
        Peer bob = member(process(), "room");

        Blocking.await(here.groupSend("room", numbered(1)));
        Blocking.await(here.groupSend("room", numbered(2)));

        assertThat(numbers(bob.next(2))).containsExactly(1, 2);
    }

    @Test
    void channelNamesAreUnique() {
        Set<String> names = new HashSet<>();
        for (int process = 0; process < 3; process++) {
            RedisChannelLayer layer = process();
            upTo(100).forEach(i -> names.add(done(layer.newChannel())));
        }

        assertThat(names).hasSize(300);
    }

    @Test
    void rejectsInvalidNames() {
        RedisChannelLayer here = process();

        assertThatThrownBy(() -> here.send("bad\nname", Message.of("hello"))).hasMessageContaining("channel name");
        assertThatThrownBy(() -> here.receive("a!b!c")).hasMessageContaining("channel name");
        assertThatThrownBy(() -> here.groupAdd("", "jobs")).hasMessageContaining("group name");
        assertThatThrownBy(() -> here.groupSend("a!b", Message.of("hello"))).hasMessageContaining("group name");
    }

    @Test
    void rejectsReceivingFromAChannelOfAnotherProcess() {
        RedisChannelLayer here = process();
        String foreign = done(process().newChannel());

        assertThatThrownBy(() -> here.receive(foreign))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another process");
    }

    @Test
    void groupMessageReachesMembersInAllProcesses() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();
        Peer ada = member(here, "room");
        Peer bob = member(there, "room");
        Peer eve = member(there, "room");
        done(there.groupAdd("room", eve.channel())); // joining is idempotent
        Peer gone = member(there, "room");
        done(there.groupDiscard("room", gone.channel()));

        done(here.groupSend("room", Message.of("hello").with("text", "hi")));

        assertThat(List.of(ada.next(), bob.next(), eve.next()))
                .containsOnly(Message.of("hello").with("text", "hi"));
        assertThat(gone.anything()).isNull();
        assertThat(ada.waiting() + bob.waiting() + eve.waiting()).isZero();
    }

    @Test
    void excludedChannelsGetNothingInAnyProcess() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();
        Peer ada = member(here, "room");
        Peer bob = member(there, "room");
        Peer eve = member(there, "room");

        done(here.groupSend("room", Message.of("hello"), Set.of(ada.channel(), bob.channel())));

        assertThat(eve.next()).isEqualTo(Message.of("hello"));
        assertThat(ada.anything()).isNull();
        assertThat(bob.anything()).isNull();
    }

    @Test
    void manyGroupsReachTheirMembersOnly() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();
        List<Peer> members =
                upTo(40).stream().map(i -> member(there, "room" + i)).toList();

        upTo(40).forEach(i -> here.groupSend("room" + i, numbered(i)));

        for (int i = 0; i < 40; i++) {
            assertThat(members.get(i).next().getInt("i")).isEqualTo(i);
            assertThat(members.get(i).waiting()).isZero();
        }
    }

    @Test
    void groupKeepsTheOrderOfASenderWhileProcessesJoinAndLeave() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();
        RedisChannelLayer restless = process();
        Peer bob = member(there, "room");
        Peer eve = Peer.of(restless);

        for (int i = 0; i < 2000; i++) {
            here.groupSend("room", numbered(i));
            if (i % 50 == 0) {
                var unused = i % 100 == 0
                        ? restless.groupAdd("room", eve.channel())
                        : restless.groupDiscard("room", eve.channel());
            }
        }

        assertThat(numbers(bob.next(2000))).isEqualTo(upTo(2000));
    }

    @Test
    void onlyAFullMemberLosesAGroupMessage() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process(LayerSettings.defaults().withCapacity(3));
        String full = done(there.newChannel());
        done(there.groupAdd("room", full));
        Peer bob = member(there, "room");

        upTo(5).forEach(i -> done(here.groupSend("room", numbered(i))));

        assertThat(numbers(bob.next(5))).isEqualTo(upTo(5));
        await().until(() -> there.health().dropped() == 2);
        assertThat(numbers(receive(there, full, 3))).isEqualTo(upTo(3));
    }

    @Test
    void channelOfAnotherProcessCanBeAddedAndDiscarded() {
        RedisChannelLayer here = process();
        Peer bob = Peer.of(process());

        done(here.groupAdd("room", bob.channel()));
        done(here.groupSend("room", Message.of("first")));
        assertThat(bob.next()).isEqualTo(Message.of("first"));
        done(here.groupDiscard("room", bob.channel()));
        done(here.groupSend("room", Message.of("second")));

        assertThat(bob.anything()).isNull();
    }

    @Test
    void queueCanBeAddedToAGroupAndDiscarded() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();

        done(here.groupAdd("room", "jobs"));
        done(there.groupSend("room", Message.of("first")));
        assertThat(done(there.receive("jobs"))).isEqualTo(Message.of("first"));
        done(here.groupDiscard("room", "jobs"));
        done(there.groupSend("room", Message.of("second")));

        assertThat(isEmpty(here, "jobs")).isTrue();
    }

    @Test
    void discardBeforeAddIsNotAnError() {
        RedisChannelLayer here = process();

        done(here.groupDiscard("room", Peer.of(here).channel()));
        done(here.groupDiscard("room", "jobs"));
        done(here.groupDiscard("room", Peer.of(process()).channel()));

        done(here.groupSend("room", Message.of("hello")));
    }

    @Test
    void cancelledReceiveLosesNothing() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();

        for (int i = 0; i < 100; i++) {
            CompletableFuture<Message> given = there.receive("jobs").toCompletableFuture();
            CompletionStage<Void> sent = here.send("jobs", numbered(i));
            if (!given.cancel(false)) {
                assertThat(given.join().getInt("i")).isEqualTo(i);
                continue;
            }
            done(sent);
            assertThat(done(there.receive("jobs")).getInt("i")).isEqualTo(i);
        }
    }

    @Test
    void messageNotTakenIsDeliveredToAnotherProcess() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();
        CompletableFuture<Message> given = there.receive("jobs").toCompletableFuture();
        await().pollDelay(Duration.ofMillis(100)).until(() -> true);
        given.cancel(false);

        done(here.send("jobs", Message.of("hello")));

        assertThat(done(here.receive("jobs"))).isEqualTo(Message.of("hello"));
    }

    @Test
    void expiresUnreadMessagesAndKeepsNewerOnes() {
        RedisChannelLayer here = process(LayerSettings.defaults().withExpiry(SHORT_EXPIRY));
        open(here, "jobs");
        done(here.send("jobs", numbered(0)));
        await().pollDelay(SHORT_EXPIRY.plusMillis(50)).until(() -> true);

        done(here.send("jobs", numbered(1)));
        done(here.send("jobs", numbered(2)));

        assertThat(numbers(receive(here, "jobs", 2))).containsExactly(1, 2);
        assertThat(isEmpty(here, "jobs")).isTrue();
    }

    @Test
    void deliversAllMessagesYoungerThanTheExpiry() {
        RedisChannelLayer here = process(LayerSettings.defaults().withExpiry(Duration.ofSeconds(20)));
        for (int i = 0; i < 3; i++) {
            done(here.send("jobs", numbered(i)));
            await().pollDelay(Duration.ofMillis(100)).until(() -> true);
        }

        assertThat(numbers(receive(process(), "jobs", 3))).isEqualTo(upTo(3));
    }

    @Test
    void groupMessagesExpireInAQueue() {
        RedisChannelLayer here = process(LayerSettings.defaults().withExpiry(SHORT_EXPIRY));
        open(here, "jobs");
        done(here.groupAdd("room", "jobs"));
        done(here.groupSend("room", numbered(0)));
        await().pollDelay(SHORT_EXPIRY.plusMillis(50)).until(() -> true);

        done(here.groupSend("room", numbered(1)));

        assertThat(done(here.receive("jobs")).getInt("i")).isEqualTo(1);
        assertThat(isEmpty(here, "jobs")).isTrue();
    }

    @Test
    void expiryOfOneQueueDoesNotAffectAnother() {
        RedisChannelLayer here = process(LayerSettings.defaults().withExpiry(SHORT_EXPIRY));
        open(here, "one");
        open(here, "other");
        done(here.groupAdd("room", "one"));
        done(here.groupAdd("room", "other"));
        done(here.send("one", numbered(0)));
        await().pollDelay(SHORT_EXPIRY.plusMillis(50)).until(() -> true);

        done(here.groupSend("room", numbered(1)));

        assertThat(done(here.receive("one")).getInt("i")).isEqualTo(1);
        assertThat(done(here.receive("other")).getInt("i")).isEqualTo(1);
        assertThat(isEmpty(here, "one")).isTrue();
    }

    @Test
    void expiredMessagesUseNoCapacity() {
        RedisChannelLayer here =
                process(LayerSettings.defaults().withExpiry(SHORT_EXPIRY).withCapacity(3));
        open(here, "jobs"); // the acknowledgement may reach Redis slightly later
        done(here.send("jobs", numbered(0)));
        done(here.send("jobs", numbered(1)));
        await().pollDelay(SHORT_EXPIRY.plusMillis(50)).until(() -> true);

        for (int i = 2; i < 5; i++) {
            done(here.send("jobs", numbered(i)));
        }

        assertThat(numbers(receive(here, "jobs", 3))).containsExactly(2, 3, 4);
        assertThat(here.health().dropped()).isEqualTo(2);
    }

    @Test
    void doesNotRedeliverAcknowledgedWork() {
        RedisChannelLayer here = process();
        done(here.send("jobs", Message.of("hello")));

        Delivery delivery = done(here.take("jobs"));
        delivery.acknowledge();

        assertThat(delivery.message()).isEqualTo(Message.of("hello"));
        assertThat(delivery.earlierDeliveries()).isZero();
        assertThat(isEmpty(here, "jobs")).isTrue();
    }

    @Test
    void returnedWorkIsDeliveredToAnother() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();
        done(here.send("jobs", Message.of("hello")));

        done(here.take("jobs")).requeue();
        Delivery again = done(there.take("jobs"));

        assertThat(again.message()).isEqualTo(Message.of("hello"));
        assertThat(again.earlierDeliveries()).isEqualTo(1);
    }

    @Test
    void workOfClosedLayerIsDeliveredToAnother() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();
        done(here.send("jobs", Message.of("hello")));
        done(here.take("jobs"));

        here.close();

        assertThat(done(there.take("jobs")).message()).isEqualTo(Message.of("hello"));
    }

    @Test
    void receivesADelayedMessageWhenItIsDue() {
        RedisChannelLayer here = process();
        Peer bob = Peer.of(process());
        long start = System.nanoTime();

        done(here.sendLater("jobs", numbered(2), Duration.ofMillis(200)));
        done(here.sendLater("jobs", numbered(1), Duration.ofMillis(100)));
        done(here.sendLater(bob.channel(), numbered(3), Duration.ofMillis(50)));

        assertThat(numbers(receive(process(), "jobs", 2))).containsExactly(1, 2);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(199));
        assertThat(bob.next().getInt("i")).isEqualTo(3);
    }

    @Test
    void delayedMessageOutlivesItsSender() {
        RedisChannelLayer here = process();
        RedisChannelLayer worker = started(builder().lease(Duration.ofSeconds(1), Duration.ofMillis(300)));
        CompletionStage<Message> received = worker.receive("jobs");

        done(here.sendLater("jobs", Message.of("hello"), Duration.ofMillis(500)));
        here.close();

        assertThat(done(received)).isEqualTo(Message.of("hello"));
    }

    @Test
    void tooLargeMessageIsRejectedAndNotDelivered() {
        RedisChannelLayer here = started(builder().maxMessageBytes(1000));
        Peer ada = member(here, "room");
        Message big = Message.of("big").with("text", "x".repeat(1000));

        assertThatThrownBy(() -> done(here.groupSend("room", big))).hasCauseInstanceOf(MessageTooLargeException.class);
        assertThatThrownBy(() -> done(here.send("jobs", big))).hasCauseInstanceOf(MessageTooLargeException.class);
        assertThat(ada.anything()).isNull();
    }

    @Test
    void encryptsMessagePackAndHidesNames() {
        RedisChannelLayer here = started(secret("the first secret of two"));
        RedisChannelLayer there = started(secret("the other secret of two", "the first secret of two"));
        Peer bob = member(there, "room");
        done(here.groupAdd("room", "jobs"));

        done(here.groupSend("room", Broadcast.text("hä?")));
        assertThat(bob.next()).isEqualTo(Broadcast.text("hä?"));
        done(here.send(bob.channel(), Broadcast.binary(new byte[] {1, 2, 3})));
        assertThat(((Broadcast) bob.next()).bytes()).containsExactly(1, 2, 3);
        assertThat(done(there.receive("jobs"))).isEqualTo(Broadcast.text("hä?"));
    }

    private RedisChannelLayer.Builder secret(String... keys) {
        return builder().encryptionKeys(keys).hideNames("name secret").serializer(MessagePackSerializer.create());
    }

    @Test
    void acceptsACustomSerializer() {
        MessageSerializer reversing = new MessageSerializer() {
            @Override
            public byte[] serialize(Message message) {
                return reversed(JsonSerializer.create().serialize(message));
            }

            @Override
            public Message deserialize(byte[] bytes) {
                return JsonSerializer.create().deserialize(reversed(bytes));
            }
        };
        Peer bob = member(started(builder().serializer(reversing)), "room");

        done(started(builder().serializer(reversing)).groupSend("room", Message.of("hello")));

        assertThat(bob.next()).isEqualTo(Message.of("hello"));
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] result = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            result[bytes.length - 1 - i] = bytes[i];
        }
        return result;
    }

    @Test
    void countsUnreadableMessages() {
        RedisChannelLayer stranger = started(builder().encryptionKeys("a secret of another fleet"));
        RedisChannelLayer there = process();
        Peer bob = member(there, "room");

        done(stranger.groupSend("room", Message.of("hello")));
        done(stranger.send("jobs", Message.of("hello")));
        CompletionStage<Message> none = there.receive("jobs");

        await().until(() -> there.health().malformed() == 1 && there.health().unreadable() == 1);
        assertThat(bob.next()).isEqualTo(Message.of(ChannelLayer.GAP));
        assertThat(none.toCompletableFuture()).isNotDone();
    }

    @Test
    void layersWithDifferentPrefixesAreSeparate() {
        RedisChannelLayer here = process();
        RedisChannelLayer stranger = started(builder().prefix(prefix + "-other"));
        Peer eve = member(stranger, "room");

        done(here.groupSend("room", Message.of("hello")));
        done(here.send("jobs", Message.of("hello")));

        assertThat(eve.anything()).isNull();
        assertThat(isEmpty(stranger, "jobs")).isTrue();
    }

    @Test
    void flushRemovesThisPrefixOnly() {
        RedisChannelLayer here = process();
        RedisChannelLayer neighbour = started(builder().prefix(prefix + "-other"));
        Peer ada = member(here, "room");
        Peer eve = member(neighbour, "room");
        done(here.send("jobs", Message.of("hello")));
        done(neighbour.send("jobs", Message.of("hello")));

        done(here.flush());

        assertThat(isEmpty(here, "jobs")).isTrue();
        assertThat(done(neighbour.receive("jobs"))).isEqualTo(Message.of("hello"));
        done(process().groupSend("room", Message.of("hello")));
        done(neighbour.groupSend("room", Message.of("hello")));
        assertThat(eve.next()).isEqualTo(Message.of("hello"));
        assertThat(ada.anything()).isNull();
        done(here.groupAdd("room", ada.channel()));
        done(process().groupSend("room", Message.of("again")));
        assertThat(ada.next()).isEqualTo(Message.of("again"));
    }

    @Test
    void closedLayerFailsCalls() {
        RedisChannelLayer here = process();
        CompletionStage<Message> waiting = here.receive("jobs");
        here.close();
        here.close();

        assertThatThrownBy(() -> done(waiting)).hasMessageContaining("closed");
        assertThatThrownBy(() -> done(here.send("jobs", Message.of("hello")))).hasMessageContaining("closed");
        assertThatThrownBy(() -> done(here.take("jobs"))).hasMessageContaining("closed");
    }
}
