package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Tests how messages that wait at the same time share script calls and inbox entries. */
@Timeout(60)
class InboxBatchesTest {

    private static final int MESSAGES = 2_000;
    private static final Pattern CALLS = Pattern.compile("cmdstat_[^:]+:calls=(\\d+)");

    /** The commands that send and read messages, without those that probe, renew and trim at fixed intervals. */
    private static final Pattern MESSAGE_CALLS =
            Pattern.compile("cmdstat_(?:evalsha|hget|xlen|xadd|xread):calls=(\\d+)");

    private static RedisProcess redis;

    private final List<RedisChannelLayer> layers = new ArrayList<>();
    private final String prefix;

    InboxBatchesTest(TestInfo test) {
        prefix = test.getTestMethod().orElseThrow().getName();
    }

    @BeforeAll
    static void startRedis() {
        redis = RedisProcess.start();
    }

    @AfterAll
    static void stopRedis() {
        redis.close();
    }

    @AfterEach
    void closeLayers() {
        layers.forEach(ChannelLayer::close);
    }

    private RedisChannelLayer process() {
        return started(RedisChannelLayer.builder(redis.url()));
    }

    private RedisChannelLayer started(RedisChannelLayer.Builder builder) {
        RedisChannelLayer layer = builder.prefix(prefix).build();
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

    /** Sends messages without waiting for their outcomes, then waits for all of them. */
    private static void sendAll(ChannelLayer from, String group, int count) {
        CompletableFuture<?>[] sent = IntStream.range(0, count)
                .mapToObj(i -> from.groupSend(group, numbered(i)))
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture<?>[]::new);
        done(CompletableFuture.allOf(sent));
    }

    private static long commands(Pattern calls) {
        return calls.matcher(redis.command("INFO", "commandstats"))
                .results()
                .map((MatchResult found) -> found.group(1))
                .mapToLong(Long::parseLong)
                .sum();
    }

    /** Registers a process in a group in the same way as a process of the previous version. */
    private void registerPreviousVersion(String process, String group) {
        redis.command("ZADD", key("leases"), "4000000000000", process);
        redis.command("HSET", key("group:" + group), "p" + process, "", "v", "previous");
    }

    private String key(String name) {
        return prefix + ":{0}:" + name;
    }

    /** Returns how many messages each entry of an inbox contains. */
    private static List<Integer> entrySizes(String inbox) {
        String sizes = redis.command(
                "EVAL",
                "local sizes = {} for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do"
                        + " sizes[#sizes + 1] = #entry[2] / 2 end return table.concat(sizes, ' ')",
                "1",
                inbox);
        return Pattern.compile("\\d+")
                .matcher(sizes)
                .results()
                .map(size -> Integer.valueOf(size.group()))
                .toList();
    }

    private static int sum(List<Integer> sizes) {
        return sizes.stream().mapToInt(Integer::intValue).sum();
    }

    @Test
    @DisplayName("P6: messages that wait at the same time need at most four commands each with four other processes")
    void messagesShareCommands() {
        RedisChannelLayer here = process();
        List<Peer> peers =
                IntStream.range(0, 4).mapToObj(i -> member(process(), "room")).toList();
        done(here.groupSend("room", Message.of("first"))); // learns the members
        peers.forEach(Peer::next);
        long before = commands(CALLS);

        sendAll(here, "room", MESSAGES);

        peers.forEach(peer -> assertThat(numbers(peer.next(MESSAGES))).isEqualTo(upTo(MESSAGES)));
        assertThat(commands(CALLS) - before).isPositive().isLessThanOrEqualTo(4 * MESSAGES);
    }

    @Test
    @DisplayName("P6: a message that is sent alone needs about ten commands with four other processes")
    void singleMessageNeedsTenCommands() {
        int messages = 200;
        RedisChannelLayer here = process();
        List<Peer> peers =
                IntStream.range(0, 4).mapToObj(i -> member(process(), "room")).toList();
        done(here.groupSend("room", Message.of("first"))); // learns the members
        peers.forEach(Peer::next);
        long before = commands(MESSAGE_CALLS);

        for (int i = 0; i < messages; i++) {
            done(here.groupSend("room", numbered(i)));
            peers.forEach(Peer::next);
        }

        assertThat((commands(MESSAGE_CALLS) - before) / (double) messages)
                .isBetween(10.0, 12.0); // checks of inboxes included
    }

    @Test
    @DisplayName("P3: single messages of several processes fill an inbox to at most 17/16 of its capacity")
    void boundsAnInboxOfSingleMessages() {
        int capacity = 320;
        List<RedisChannelLayer> senders = IntStream.range(0, 3)
                .mapToObj(i -> started(RedisChannelLayer.builder(redis.url()).inboxCapacity(capacity)))
                .toList();
        RedisChannelLayer dying = process();
        Peer peer = member(dying, "room");
        String process = peer.channel().substring(0, peer.channel().indexOf('!'));
        dying.die();

        for (int i = 0; i < 2 * capacity; i++) {
            done(senders.get(i % senders.size()).groupSend("room", numbered(i)));
        }

        int added = sum(entrySizes(key("inbox:" + process)));
        assertThat(added).isBetween(capacity, capacity + capacity / 16);
        long dropped =
                senders.stream().mapToLong(sender -> sender.health().dropped()).sum();
        assertThat(dropped).isEqualTo(2L * capacity - added);
    }

    @Test
    void singleMessagesReachMembersThatJoinLater() {
        RedisChannelLayer here = process();
        Peer first = member(process(), "room");
        done(here.groupSend("room", numbered(0)));
        done(here.groupSend("room", numbered(1)));

        Peer second = member(process(), "room");
        done(here.groupSend("room", numbered(2)));

        assertThat(numbers(first.next(3))).containsExactly(0, 1, 2);
        assertThat(numbers(second.next(1))).containsExactly(2);
    }

    @Test
    void keepsTheOrderOfMessagesToAGroupAndToAChannel() {
        RedisChannelLayer here = process();
        Peer peer = member(process(), "room");

        List<CompletionStage<Void>> sent = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            sent.add(i % 2 == 0 ? here.groupSend("room", numbered(i)) : here.send(peer.channel(), numbered(i)));
        }

        sent.forEach(PubSubRules::done);
        assertThat(numbers(peer.next(MESSAGES))).isEqualTo(upTo(MESSAGES));
    }

    @Test
    void keepsTheOrderWhenTheServerLosesItsScripts() {
        RedisChannelLayer here = process();
        Peer peer = member(process(), "room");

        for (int round = 0; round < 20; round++) {
            redis.command("SCRIPT", "FLUSH");
            sendAll(here, "room", 200);
            assertThat(numbers(peer.next(200))).isEqualTo(upTo(200));
        }
    }

    @Test
    @DisplayName("P9: an inbox entry for a process of the previous version contains one message")
    void sendsSingleMessagesToThePreviousVersion() {
        RedisChannelLayer here = process();
        registerPreviousVersion("old", "room");

        sendAll(here, "room", 500);

        assertThat(entrySizes(key("inbox:old"))).hasSize(500).containsOnly(1);
    }

    @Test
    @DisplayName("P9: a process reads entries of the previous version, and ignores fields that it does not know")
    void readsEntriesOfOtherVersions() {
        RedisChannelLayer here = process();
        Peer peer = member(process(), "room");
        registerPreviousVersion("old", "room");
        done(here.groupSend("room", numbered(0)));
        String process = peer.channel().substring(0, peer.channel().indexOf('!'));
        peer.next();

        redis.command(
                "EVAL",
                "local message = redis.call('XRANGE', KEYS[1], '-', '+')[1][2][2]"
                        + " return redis.call('XADD', KEYS[2], '*', 'm', message, 'later', 'x', 'm', message)",
                "2",
                key("inbox:old"),
                key("inbox:" + process));

        assertThat(numbers(peer.next(2))).containsExactly(0, 0);
        assertThat(peer.anything()).isNull();
    }

    @Test
    @DisplayName("P3: an inbox that is not read contains at most a quarter more messages than its capacity")
    void boundsAnInbox() {
        int capacity = 1_000;
        RedisChannelLayer here = started(RedisChannelLayer.builder(redis.url()).inboxCapacity(capacity));
        RedisChannelLayer dying = process();
        Peer peer = member(dying, "room");
        String process = peer.channel().substring(0, peer.channel().indexOf('!'));
        dying.die();

        sendAll(here, "room", MESSAGES);

        List<Integer> sizes = entrySizes(key("inbox:" + process));
        assertThat(sum(sizes)).isBetween(capacity, capacity + capacity / 4 + 16);
        assertThat(sizes).hasSizeLessThanOrEqualTo(capacity).contains(16);
        assertThat(here.health().dropped()).isEqualTo(MESSAGES - sum(sizes));
    }

    @Test
    @DisplayName("P3: entries that were read are removed, and the inbox of a killed process expires")
    void removesInboxes() {
        RedisChannelLayer here = process();
        RedisChannelLayer there = process();
        Peer peer = member(there, "room");
        String inbox = key("inbox:" + peer.channel().substring(0, peer.channel().indexOf('!')));

        done(here.groupSend("room", numbered(0)));
        peer.next();

        assertThat(Long.parseLong(redis.command("PTTL", inbox))).isPositive();
        await().atMost(Duration.ofSeconds(5))
                .until(() -> redis.command("XLEN", inbox).equals("0"));
        there.die();
        redis.command("DEL", inbox);
        done(here.groupSend("room", numbered(1)));
        assertThat(Long.parseLong(redis.command("PTTL", inbox))).isPositive();
        redis.command("DEL", inbox);
        done(here.groupSend("room", numbered(2)));
        assertThat(Long.parseLong(redis.command("PTTL", inbox))).isPositive();
    }
}
