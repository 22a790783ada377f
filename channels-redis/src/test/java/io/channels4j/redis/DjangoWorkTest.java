package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.Delivery;
import io.channels4j.redis.serializer.DjangoSerializer;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Plain channels of {@link DjangoChannelLayer}: the work queues that Java and Django processes share. */
@Timeout(60)
class DjangoWorkTest {

    private static final Message HELLO = Message.of("hello");
    private static final int DEATHS = 40;

    private final RedisProcess redis = RedisProcess.startDurable();
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

    private static Message numbered(int number) {
        return Message.of("n").with("i", number);
    }

    @Test
    void messageOfDeadDjangoWorkerIsReturned() {
        DjangoChannelLayer here = started(builder().serializer(DjangoSerializer.json()));
        String now = String.valueOf(System.currentTimeMillis() / 1000);
        redis.command("ZADD", "asgijobs$inflight", now, "0123456789ab{\"type\": \"hello\"}");

        assertThat(done(here.receive("jobs"))).isEqualTo(HELLO);

        assertThat(redis.command("EXISTS", "asgijobs$inflight")).isEqualTo("0");
    }

    @Test
    @DisplayName("Upstream: messages in flight expire")
    void messagesInFlightExpire() {
        DjangoChannelLayer here = started(builder());
        String now = String.valueOf(System.currentTimeMillis() / 1000);
        redis.command("ZADD", "asgijobs$inflight", now, "0123456789abc");

        CompletionStage<Message> waiting = here.receive("jobs");

        await().until(() -> Integer.parseInt(redis.command("TTL", "asgijobs$inflight")) > 0);
        waiting.toCompletableFuture().cancel(false);
    }

    @Test
    void workOfDeadProcessIsDeliveredAgain() {
        DjangoChannelLayer here = started(builder());
        DjangoChannelLayer there = started(builder());
        done(here.send("jobs", HELLO));
        assertThat(done(there.take("jobs")).earlierDeliveries()).isZero();

        there.die();
        Delivery again = done(here.take("jobs"));

        assertThat(again.message()).isEqualTo(HELLO);
        assertThat(again.earlierDeliveries()).isEqualTo(1);
        again.acknowledge();
        await().until(() -> redis.command("KEYS", "asgijobs*").equals("[]"));
    }

    @Test
    void workIsKeptWhileItsProcessIsAlive() {
        DjangoChannelLayer here = started(builder());
        DjangoChannelLayer there = started(builder());
        done(here.send("jobs", numbered(1)));
        Delivery taken = done(there.take("jobs"));
        CompletableFuture<Delivery> other = here.take("jobs").toCompletableFuture();

        await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(5)).until(() -> !other.isDone());
        done(here.send("jobs", numbered(2)));

        assertThat(done(other).message()).isEqualTo(numbered(2));
        taken.acknowledge();
    }

    @Test
    void unreadableWorkIsLeftToOtherProcesses() {
        DjangoChannelLayer here = started(builder().encryptionKeys("old key"));
        DjangoChannelLayer there = started(builder().encryptionKeys("new key", "old key"));
        CompletableFuture<Message> cannot = here.receive("jobs").toCompletableFuture();
        done(there.send("jobs", HELLO));
        await().until(() -> here.health().malformed() > 0);
        cannot.cancel(false);

        assertThat(done(there.receive("jobs"))).isEqualTo(HELLO);
    }

    @Test
    void concurrentReceiversShareTheWork() {
        DjangoChannelLayer here = started(builder());
        DjangoChannelLayer there = started(builder());
        List<CompletionStage<Message>> received = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            received.add(here.receive("jobs"));
            received.add(there.receive("jobs"));
        }

        IntStream.range(0, 100).forEach(i -> done(here.send("jobs", numbered(i))));

        Set<Integer> numbers = new HashSet<>();
        received.forEach(one -> numbers.add(done(one).getInt("i")));
        assertThat(numbers).hasSize(100);
    }

    @Test
    void quietChannelIsNotDelayedByBusyOne() {
        DjangoChannelLayer here = started(builder());
        DjangoChannelLayer there = started(builder());
        IntStream.range(0, 200).forEach(i -> done(there.send("busy", numbered(i))));
        receiveAll(here, "busy");

        done(there.send("quiet", HELLO));

        assertThat(done(here.receive("quiet"))).isEqualTo(HELLO);
    }

    private static void receiveAll(DjangoChannelLayer layer, String channel) {
        layer.receive(channel).thenAccept(message -> receiveAll(layer, channel));
    }

    @Test
    void killedReceiverLosesNoMessage() {
        assertThat(receivedAfterEndsOfReceivers(builder(), DjangoChannelLayer::die))
                .containsExactlyElementsOf(
                        IntStream.range(0, 2 * DEATHS).boxed().toList());
    }

    @Test
    @DisplayName("a closed receiver returns what it has just claimed without waiting for its lease")
    void closedReceiverReturnsItsMessages() {
        DjangoChannelLayer.Builder longLease = builder().lease(Duration.ofHours(1), Duration.ofMinutes(10));

        assertThat(receivedAfterEndsOfReceivers(longLease, DjangoChannelLayer::close))
                .containsExactlyElementsOf(
                        IntStream.range(0, 2 * DEATHS).boxed().toList());
    }

    /**
     * Repeatedly sends two messages and ends a receiver that waits for them. Returns the numbers in all messages that can then be
     * received.
     */
    private List<Integer> receivedAfterEndsOfReceivers(
            DjangoChannelLayer.Builder receivers, Consumer<DjangoChannelLayer> end) {
        DjangoChannelLayer here = started(builder());
        List<CompletionStage<Void>> sent = new ArrayList<>();
        for (int i = 0; i < DEATHS; i++) {
            DjangoChannelLayer there = receivers.build();
            IntStream.range(0, 4).forEach(call -> there.take("jobs"));
            sent.add(here.send("jobs", numbered(2 * i)));
            sent.add(here.send("jobs", numbered(2 * i + 1)));
            end.accept(there);
        }
        sent.forEach(PubSubRules::done);
        return IntStream.range(0, 2 * DEATHS)
                .mapToObj(i -> done(here.receive("jobs")).getInt("i"))
                .sorted()
                .toList();
    }

    @Test
    void receivesWithoutPermissionForNotifications() {
        redis.command("ACL", "SETUSER", "user", "reset", "on", ">secret", "~*", "&*", "+@all", "-client");
        DjangoChannelLayer here =
                started(DjangoChannelLayer.builder(RedisHosts.of("redis://user:secret@127.0.0.1:" + redis.port())));
        DjangoChannelLayer there = started(builder());
        CompletionStage<Message> waiting = here.receive("jobs");

        done(there.send("jobs", HELLO));

        assertThat(done(waiting)).isEqualTo(HELLO);
    }

    @Test
    void waitingReceiverIsNotifiedOfEachMessage() {
        DjangoChannelLayer here = started(builder().lease(Duration.ofHours(1), Duration.ofMinutes(10)));
        DjangoChannelLayer there = started(builder());

        for (int i = 0; i < 50; i++) {
            CompletionStage<Message> waiting = here.receive("jobs");
            done(there.send("jobs", numbered(i)));
            assertThat(done(waiting)).isEqualTo(numbered(i));
        }

        assertThat(redis.command("INFO", "clients")).containsPattern("tracking_clients:[1-9]");
    }
}
