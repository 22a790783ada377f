package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.redis.serializer.JsonSerializer;
import io.channels4j.redis.serializer.MessagePackSerializer;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests work that some processes cannot read during a rolling upgrade or a key rotation. */
@Timeout(60)
class UnreadableWorkTest {

    private static final AtomicInteger PREFIXES = new AtomicInteger();
    private static final String OLD = "the old secret of 2025";
    private static final String NEW = "the new secret of 2026";

    private final RedisProcess redis = RedisProcess.shared();
    private final String prefix = "unreadable" + PREFIXES.incrementAndGet();
    private final List<ChannelLayer> layers = new ArrayList<>();

    @AfterEach
    void closeLayers() {
        layers.forEach(ChannelLayer::close);
    }

    private RedisChannelLayer.Builder builder() {
        return RedisChannelLayer.builder(redis.url())
                .prefix(prefix)
                .lease(Duration.ofSeconds(2), Duration.ofMillis(500));
    }

    private RedisChannelLayer started(RedisChannelLayer.Builder builder) {
        RedisChannelLayer layer = builder.build();
        layers.add(layer);
        return layer;
    }

    private static Message job(int number) {
        return Message.of("job").with("i", number);
    }

    private static List<Integer> upTo(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    private static List<Integer> work(RedisChannelLayer layer, int count) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Delivery delivery = done(layer.take("jobs"));
            assertThat(delivery.earlierDeliveries()).isZero();
            numbers.add(delivery.message().getInt("i"));
            delivery.acknowledge();
        }
        return numbers;
    }

    private List<DeadLetter> letters(RedisChannelLayer layer, int count) {
        await().until(() -> done(layer.deadLetters().read(100)).size() >= count);
        return done(layer.deadLetters().read(100));
    }

    private String key(String kind) {
        return prefix + ":{0}:" + kind;
    }

    /** Sends twenty jobs while the only waiting process cannot read them. Returns its waiting call. */
    private CompletableFuture<Delivery> sendToUnable(RedisChannelLayer sender, RedisChannelLayer unable) {
        CompletableFuture<Delivery> waiting = unable.take("jobs").toCompletableFuture();
        for (int i = 0; i < 20; i++) {
            done(sender.send("jobs", job(i)));
        }
        await().until(() -> unable.health().unreadable() == 20);
        return waiting;
    }

    @Test
    @DisplayName("P9: work encrypted with a key that a worker lacks is left to workers that have it")
    void leavesWorkWithAnotherKey() {
        RedisChannelLayer updated = started(builder().encryptionKeys(NEW, OLD));
        RedisChannelLayer old = started(builder().encryptionKeys(OLD));
        CompletableFuture<Delivery> waiting = sendToUnable(updated, old);

        assertThat(work(updated, 20)).isEqualTo(upTo(20));

        assertThat(waiting).isNotDone();
        assertThat(old.health().unreadable()).as("each message is taken once").isEqualTo(20);
        assertThat(old.health().malformed()).isZero();
        RedisChannelLayer other = started(builder().encryptionKeys(OLD));
        done(other.send("jobs", job(20)));
        assertThat(done(waiting).message()).isEqualTo(job(20));
        waiting.join().acknowledge();
        await().until(() -> redis.command("XLEN", key("queue:jobs")).equals("0"));
    }

    @Test
    @DisplayName("P9: work in the format of another serializer is left to workers that use it")
    void leavesWorkOfAnotherSerializer() {
        RedisChannelLayer json = started(builder().serializer(JsonSerializer.create()));
        RedisChannelLayer binary = started(builder().serializer(MessagePackSerializer.create()));
        CompletableFuture<Delivery> waiting = sendToUnable(json, binary);

        assertThat(work(json, 20)).isEqualTo(upTo(20));

        assertThat(waiting).isNotDone();
        assertThat(binary.health().malformed()).isZero();
    }

    @Test
    @DisplayName("P9: plain work is left to workers without encryption")
    void leavesPlainWork() {
        RedisChannelLayer plain = started(builder());
        RedisChannelLayer encrypted = started(builder().encryptionKeys(NEW));
        CompletableFuture<Delivery> waiting = sendToUnable(plain, encrypted);

        assertThat(work(plain, 20)).isEqualTo(upTo(20));

        assertThat(waiting).isNotDone();
    }

    @Test
    @DisplayName("P9: encrypted work is left to workers with encryption")
    void leavesEncryptedWork() {
        RedisChannelLayer plain = started(builder());
        RedisChannelLayer encrypted = started(builder().encryptionKeys(NEW));
        CompletableFuture<Delivery> waiting = sendToUnable(encrypted, plain);

        assertThat(work(encrypted, 20)).isEqualTo(upTo(20));

        assertThat(waiting).isNotDone();
    }

    @Test
    @DisplayName("P9: work of a later version is kept for processes of that version")
    void keepsWorkOfALaterVersion() {
        RedisChannelLayer layer = started(builder());
        CompletableFuture<Delivery> waiting = layer.take("jobs").toCompletableFuture();

        redis.command("XADD", key("queue:jobs"), "*", "m", "\u0002new", "n", "0", "f", "2.json.plain");
        redis.command("XADD", key("queue:jobs"), "*", "m", "\u0003newer"); // without a format
        done(layer.send("jobs", job(1)));

        assertThat(done(waiting).message()).isEqualTo(job(1));
        assertThat(redis.command("XLEN", key("held:jobs:2.json.plain"))).isEqualTo("1");
        assertThat(redis.command("XLEN", key("held:jobs:3.json.plain"))).isEqualTo("1");
        assertThat(redis.command("PTTL", key("held:jobs:2.json.plain"))).isEqualTo("-1");
        assertThat(layer.health().unreadable()).isEqualTo(2);
        assertThat(layer.health().deadLetters()).isZero();
    }

    @Test
    @DisplayName("P9: unreadable work becomes a dead letter after the configured age, and can be requeued")
    void parksUnreadableWork() {
        RedisChannelLayer updated = started(builder().encryptionKeys(NEW, OLD));
        RedisChannelLayer old = started(builder().encryptionKeys(OLD).deadLetters(Duration.ZERO, 100, 10_000));
        sendToUnable(updated, old);

        List<DeadLetter> seen = letters(old, 20);

        assertThat(seen).hasSize(20).allSatisfy(letter -> {
            assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.UNREADABLE);
            assertThat(letter.channel()).contains("jobs");
            assertThat(letter.message()).isEmpty();
            assertThat(letter.format()).startsWith("1.json.").doesNotContain("plain");
        });
        assertThat(old.health().deadLetters()).isEqualTo(20);
        List<DeadLetter> readable = letters(updated, 20);
        assertThat(readable)
                .extracting(letter -> letter.message().orElseThrow().getInt("i"))
                .isEqualTo(upTo(20));

        old.close();
        readable.forEach(letter ->
                assertThat(done(updated.deadLetters().requeue(letter))).isTrue());
        assertThat(work(updated, 20)).isEqualTo(upTo(20));
        assertThat(done(updated.deadLetters().requeue(readable.get(0)))).isFalse();
        assertThat(done(updated.deadLetters().read(1))).isEmpty();
        assertThat(redis.command("GET", key("dead-bytes"))).isEqualTo("0");
    }

    @Test
    @DisplayName("P9: unreadable work does not become a dead letter before its time")
    void waitsForAProcessThatCanRead() {
        RedisChannelLayer updated = started(builder().encryptionKeys(NEW, OLD));
        RedisChannelLayer old = started(builder().encryptionKeys(OLD));
        sendToUnable(updated, old);
        String renewed = redis.command("ZRANGE", key("leases"), "0", "-1", "WITHSCORES");

        await().until(() -> {
            String now = redis.command("ZRANGE", key("leases"), "0", "-1", "WITHSCORES");
            return !now.equals(renewed);
        });

        assertThat(done(updated.deadLetters().read(1))).isEmpty();
        assertThat(work(updated, 20)).isEqualTo(upTo(20));
    }

    @Test
    @DisplayName("P9: work that another process could not read is returned when its worker dies")
    void returnsHeldWorkOfADeadWorker() {
        RedisChannelLayer dying = started(builder().encryptionKeys(NEW, OLD));
        RedisChannelLayer old = started(builder().encryptionKeys(OLD));
        CompletableFuture<Delivery> waiting = old.take("jobs").toCompletableFuture();
        done(dying.send("jobs", job(1)));
        await().until(() -> old.health().unreadable() == 1);
        assertThat(done(dying.take("jobs")).message()).isEqualTo(job(1));

        dying.die();

        RedisChannelLayer next = started(builder().encryptionKeys(NEW, OLD));
        Delivery again = done(next.take("jobs"));
        assertThat(again.message()).isEqualTo(job(1));
        assertThat(again.earlierDeliveries()).isEqualTo(1);
        assertThat(waiting).isNotDone();
    }

    @Test
    @DisplayName("P9: a delayed message that a process cannot read does not stop the others")
    void movesDelayedMessagesThatItCanRead() {
        RedisChannelLayer old = started(builder().encryptionKeys(OLD));
        RedisChannelLayer updated = started(builder().encryptionKeys(NEW, OLD));
        for (int i = 0; i < 100; i++) {
            done(updated.sendLater("other", job(i), Duration.ofMillis(300)));
        }
        done(updated.sendLater("other", job(100), Duration.ofHours(1)));
        ((RedisChannelLayer) layers.get(1)).die();
        done(old.sendLater("jobs", job(1), Duration.ofMillis(400)));

        assertThat(done(old.take("jobs")).message()).isEqualTo(job(1));
        assertThat(redis.command("ZCARD", key("delayed"))).isEqualTo("101");

        RedisChannelLayer next = started(builder().encryptionKeys(NEW, OLD));
        List<Message> received = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            received.add(done(next.receive("other")));
        }
        assertThat(received)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 100)
                        .mapToObj(UnreadableWorkTest::job)
                        .toList());
    }

    @Test
    @DisplayName("P9: a delayed message that no process can read becomes a dead letter, which can be requeued")
    void oldDelayedMessageBecomesADeadLetter() {
        RedisChannelLayer updated = started(builder().encryptionKeys(NEW));
        done(updated.sendLater("jobs", job(1), Duration.ofMillis(300)));
        updated.close();
        RedisChannelLayer old =
                started(builder().encryptionKeys(OLD).deadLetters(Duration.ofSeconds(1), 10_000, 1 << 20));

        await().until(() -> old.health().deadLetters() == 1);
        DeadLetter unknown = done(old.deadLetters().read(10)).get(0);
        assertThat(unknown.reason()).isEqualTo(DeadLetter.Reason.UNREADABLE);
        assertThat(unknown.channel()).isEmpty();
        assertThat(unknown.message()).isEmpty();
        assertThat(redis.command("ZCARD", key("delayed"))).isEqualTo("0");

        RedisChannelLayer again = started(builder().encryptionKeys(NEW));
        DeadLetter known = done(again.deadLetters().read(10)).get(0);
        assertThat(known.channel()).hasValue("jobs");
        assertThat(known.message()).hasValue(job(1));
        old.close(); // could bury it again
        assertThat(done(again.deadLetters().requeue(unknown))).isTrue();
        assertThat(done(again.receive("jobs"))).isEqualTo(job(1));
        assertThat(done(again.deadLetters().read(10))).isEmpty();
        assertThat(done(again.deadLetters().requeue(known))).isFalse();
    }

    @Test
    @DisplayName("P9: a delayed message keeps the name of its serializer")
    void delayedMessagesKeepTheirSerializer() {
        RedisChannelLayer json = started(builder());
        RedisChannelLayer binary = started(builder().serializer(MessagePackSerializer.create()));
        CompletableFuture<Delivery> waiting = binary.take("jobs").toCompletableFuture();

        done(json.sendLater("jobs", job(1), Duration.ofMillis(50)));

        await().until(() -> binary.health().unreadable() == 1);
        assertThat(done(json.take("jobs")).message()).isEqualTo(job(1));
        assertThat(waiting).isNotDone();
    }

    @Test
    void workThatAWorkerGivesUpBecomesADeadLetter() {
        RedisChannelLayer layer = started(builder());
        done(layer.send("jobs", job(1)));
        done(layer.take("jobs")).requeue();

        done(layer.take("jobs")).giveUp();

        DeadLetter letter = letters(layer, 1).get(0);
        assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.DELIVERIES);
        assertThat(letter.message()).contains(job(1));
        assertThat(letter.deliveries()).isEqualTo(2);
        assertThat(redis.command("XLEN", key("queue:jobs"))).isEqualTo("0");
        assertThat(done(layer.deadLetters().requeue(letter))).isTrue();
        assertThat(work(layer, 1)).isEqualTo(List.of(1));
    }

    @Test
    void malformedWorkBecomesADeadLetter() {
        RedisChannelLayer layer = started(builder());
        done(layer.send("jobs", job(1)));
        redis.command("XADD", key("queue:jobs"), "*", "m", "\u0001junk", "n", "0", "f", "1.json.plain");
        done(layer.send("jobs", job(2)));

        assertThat(work(layer, 2)).isEqualTo(List.of(1, 2));

        DeadLetter letter = letters(layer, 1).get(0);
        assertThat(letter.reason()).isEqualTo(DeadLetter.Reason.MALFORMED);
        assertThat(layer.health().malformed()).isEqualTo(1);
        assertThat(done(layer.deadLetters().delete(letter))).isTrue();
        assertThat(done(layer.deadLetters().delete(letter))).isFalse();
        assertThat(done(layer.deadLetters().read(1))).isEmpty();
    }

    @Test
    @DisplayName("P3: the dead letters are limited by number and by bytes, and removed ones are counted")
    void limitsTheDeadLetters() {
        RedisChannelLayer five = started(builder().deadLetters(Duration.ofHours(1), 5, 1_000_000));
        giveUp(five, 8);
        await().until(() -> five.health().deadLetters() == 8);
        assertThat(done(five.deadLetters().read(100)))
                .extracting(letter -> letter.message().orElseThrow().getInt("i"))
                .containsExactly(3, 4, 5, 6, 7);
        assertThat(five.health().drops().get(DropReason.FULL)).isEqualTo(3);

        RedisChannelLayer small = started(builder().deadLetters(Duration.ofHours(1), 100, 100));
        giveUp(small, 4);
        await().until(() -> small.health().deadLetters() == 4);
        assertThat(done(small.deadLetters().read(100))).hasSizeLessThan(4).hasSizeGreaterThan(0);
        assertThat(Long.parseLong(redis.command("GET", key("dead-bytes")))).isBetween(1L, 100L);
    }

    private static void giveUp(RedisChannelLayer layer, int count) {
        for (int i = 0; i < count; i++) {
            done(layer.send("jobs", job(i)));
            done(layer.take("jobs")).giveUp();
        }
    }

    @Test
    @DisplayName("P8: dead letters do not reveal hidden names to a process that cannot read them")
    void hidesNamesOfDeadLetters() {
        RedisChannelLayer updated =
                started(builder().hideNames("the secret of names").encryptionKeys(NEW, OLD));
        RedisChannelLayer old = started(
                builder().hideNames("the secret of names").encryptionKeys(OLD).deadLetters(Duration.ZERO, 100, 10_000));
        sendToUnable(updated, old);

        assertThat(letters(old, 20).get(0).channel()).isEmpty();
        DeadLetter letter = letters(updated, 20).get(0);
        assertThat(letter.channel()).contains("jobs");
        assertThat(done(updated.deadLetters().requeue(letter))).isTrue();
        assertThat(redis.command("KEYS", prefix + ":*")).doesNotContain("jobs");
    }
}
