package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.Delivery;
import io.channels4j.support.RedisProcess;
import io.channels4j.support.TcpForwarder;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Loses the reply in which Redis delivers work. */
@Timeout(60)
class LostDeliveryTest {

    private static final String QUEUE = "channels:{0}:queue:jobs";

    private final RedisProcess redis = RedisProcess.start();
    private final TcpForwarder network = TcpForwarder.to(redis.port());
    private final RedisChannelLayer sender = RedisChannelLayer.create(redis.url());
    private final RedisChannelLayer worker = RedisChannelLayer.builder(
                    RedisHosts.of(network.redisUrl()).withReconnectDelay(Duration.ofMillis(20), Duration.ofMillis(200)))
            .build();

    @AfterEach
    void end() {
        sender.close();
        worker.close();
        network.close();
        redis.close();
    }

    private void send(int from, int to) {
        for (int i = from; i < to; i++) {
            done(sender.send("jobs", Message.of("job").with("i", i)));
        }
    }

    private List<CompletionStage<Delivery>> take(int count) {
        return IntStream.range(0, count).mapToObj(i -> worker.take("jobs")).toList();
    }

    private static Stream<Integer> numbers(List<CompletionStage<Delivery>> taken) {
        return taken.stream()
                .map(PubSubRules::done)
                .map(delivery -> delivery.message().getInt("i"));
    }

    /** Waits until Redis regards this many messages as delivered and not acknowledged. */
    private void awaitPending(int count) {
        await().ignoreExceptions()
                .until(() -> redis.command("XPENDING", QUEUE, "w").startsWith("[" + count + ","));
    }

    private void awaitReading() {
        await().until(() -> redis.command("CLIENT", "LIST")
                .lines()
                .anyMatch(line -> line.contains("cmd=xreadgroup") && line.contains("flags=b")));
    }

    @Test
    @DisplayName("P1: work in a lost reply keeps its place in front of later work")
    void keepsItsPlace() {
        List<CompletionStage<Delivery>> taken = take(10);
        awaitReading();
        network.discardReplies();
        send(0, 1);
        awaitPending(1);
        send(1, 10);

        network.cut();

        assertThat(numbers(taken))
                .containsExactlyElementsOf(IntStream.range(0, 10).boxed().toList());
    }

    @Test
    void isFoundAmongManyUnacknowledgedMessages() {
        List<CompletionStage<Delivery>> unacknowledged = take(600);
        send(0, 600);
        assertThat(numbers(unacknowledged)).hasSize(600);
        List<CompletionStage<Delivery>> taken = take(1);
        awaitReading();
        network.discardReplies();
        send(600, 601);
        awaitPending(601);

        network.cut();

        assertThat(numbers(taken)).containsExactly(600);
    }

    @Test
    void isNotDeliveredAgainWhenItWasTakenBefore() {
        List<CompletionStage<Delivery>> first = take(5);
        send(0, 5);
        assertThat(numbers(first)).hasSize(5);
        List<CompletionStage<Delivery>> second = take(5);
        awaitReading();
        network.discardReplies();
        send(5, 6);
        awaitPending(6);
        first.forEach(delivery -> done(delivery).acknowledge());
        send(6, 10);

        network.cut();

        assertThat(numbers(second)).containsExactly(5, 6, 7, 8, 9);
        second.forEach(delivery -> done(delivery).acknowledge());
        awaitPending(0);
        assertThat(redis.command("XLEN", QUEUE)).isEqualTo("0");
    }
}
