package io.channels4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.channels4j.Message;
import io.channels4j.delivery.LocalDelivery;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.support.CapturedLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests the byte limits for waiting messages. */
class LayerBytesTest {

    private static final int KIB = 1024;
    private static final int MESSAGE = 16 * KIB;

    /** The maximum difference between the estimated size of a message and the length of its text. */
    private static final int OVERHEAD = 512;

    private final ManualExecutor loop = new ManualExecutor();

    private static InMemoryChannelLayer layer(long maxChannelBytes, long maxWaitingBytes) {
        return InMemoryChannelLayer.of(
                LayerSettings.defaults().withMaxChannelBytes(maxChannelBytes).withMaxWaitingBytes(maxWaitingBytes));
    }

    private static long waiting(InMemoryChannelLayer layer) {
        return LocalDelivery.of(layer).waitingBytes();
    }

    private static Message message(int bytes) {
        return Message.of("m").with("text", "x".repeat(bytes));
    }

    private static void assertRejected(CompletionStage<Void> sent, String setting) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> sent.toCompletableFuture().get())
                .havingCause()
                .isInstanceOf(ChannelFullException.class)
                .withMessageContaining(setting);
    }

    @Test
    @DisplayName("P3: the messages that wait in a member's channel are bounded in bytes, counted and logged once")
    void boundsBytesOfGroupMessages() {
        InMemoryChannelLayer layer = layer(4 * MESSAGE, 1 << 30);
        Member slow = new Member(layer, loop).join(layer, "room").stopReading();
        Member other = new Member(layer, loop).join(layer, "room");

        try (CapturedLog log = CapturedLog.of("io.channels4j")) {
            for (int i = 0; i < 100; i++) {
                layer.groupSend("room", message(MESSAGE));
                loop.runAll();
            }
            assertThat(log.messagesFrom(Level.WARN))
                    .singleElement()
                    .asString()
                    .contains(slow.channel())
                    .contains("maxChannelBytes");
        }

        assertThat(slow.received()).hasSizeBetween(3 + 1, 4 + 1).containsOnlyOnce(ChannelLayer.GAP);
        assertThat(other.received()).hasSize(100);
        assertThat(layer.dropped()).isEqualTo(100 + 1 - slow.received().size());
        assertThat(waiting(layer)).isBetween(3L * MESSAGE, 4L * MESSAGE);
    }

    @Test
    @DisplayName("P3: a direct message that would exceed the channel's bytes fails")
    void rejectsDirectMessages() {
        InMemoryChannelLayer layer = layer(4 * MESSAGE, 1 << 30);
        Member slow = new Member(layer, loop).stopReading();

        int accepted = 0;
        CompletionStage<Void> sent = layer.send(slow.channel(), message(MESSAGE));
        while (!sent.toCompletableFuture().isCompletedExceptionally() && accepted < 100) {
            accepted++;
            loop.runAll();
            sent = layer.send(slow.channel(), message(MESSAGE));
        }

        assertThat(accepted).isBetween(3, 4);
        assertRejected(sent, "maxChannelBytes");
    }

    @Test
    @DisplayName("P3: direct messages for a blocked event loop are bounded in bytes")
    void boundsDirectMessagesToBlockedLoop() {
        InMemoryChannelLayer layer = layer(4 * MESSAGE, 1 << 30);
        Member member = new Member(layer, loop);

        int accepted = 0;
        while (accepted < 100
                && !layer.send(member.channel(), message(MESSAGE))
                        .toCompletableFuture()
                        .isCompletedExceptionally()) {
            accepted++;
        }

        assertThat(accepted).isBetween(16, 16 + 4);
        loop.runAll();
        assertThat(member.received()).hasSize(accepted);
        assertThat(waiting(layer)).isZero();
    }

    @Test
    @DisplayName("P3: a group's messages for a blocked event loop are bounded in bytes")
    void boundsGroupMessagesToBlockedLoop() {
        InMemoryChannelLayer layer = layer(4 * MESSAGE, 1 << 30);
        Member member = new Member(layer, loop).join(layer, "room");

        for (int i = 0; i < 100; i++) {
            layer.groupSend("room", message(MESSAGE));
        }

        assertThat(waiting(layer)).isLessThanOrEqualTo(4 * (MESSAGE + OVERHEAD));
        loop.runAll();
        assertThat(member.received()).hasSizeBetween(16 + 3 + 1, 16 + 4 + 1).containsOnlyOnce(ChannelLayer.GAP);
        assertThat(layer.dropped()).isEqualTo(100 + 1 - member.received().size());
        assertThat(waiting(layer)).isZero();
    }

    @Test
    @DisplayName("P3: the messages that wait to be received from a channel are bounded in bytes")
    void boundsPulledChannel() {
        InMemoryChannelLayer layer = layer(4 * MESSAGE, 1 << 30);
        int accepted = 0;
        CompletionStage<Void> sent = layer.send("work", message(MESSAGE));
        while (!sent.toCompletableFuture().isCompletedExceptionally() && accepted < 100) {
            accepted++;
            sent = layer.send("work", message(MESSAGE));
        }

        assertThat(accepted).isBetween(3, 4);
        assertRejected(sent, "maxChannelBytes");
        for (int i = 0; i < accepted; i++) {
            assertThat(layer.receive("work").toCompletableFuture()).isCompleted();
        }
        assertThat(waiting(layer)).isZero();
        assertThat(layer.send("work", message(MESSAGE)).toCompletableFuture()).isCompleted();
    }

    @Test
    void acceptsMessageLargerThanBoundIfNoneWaits() {
        InMemoryChannelLayer layer = layer(KIB, 1 << 30);

        assertThat(layer.send("work", message(MESSAGE)).toCompletableFuture()).isCompleted();
        assertRejected(layer.send("work", message(1)), "maxChannelBytes");
    }

    @Test
    void consumedMessagesFreeTheirBytes() {
        InMemoryChannelLayer layer = layer(4 * MESSAGE, 1 << 30);
        Member slow = new Member(layer, loop).join(layer, "room").stopReading();
        for (int i = 0; i < 10; i++) {
            layer.groupSend("room", message(MESSAGE));
            loop.runAll();
        }
        int before = slow.received().size();

        slow.consume(before);
        assertThat(waiting(layer)).isZero();
        for (int i = 0; i < 10; i++) {
            layer.groupSend("room", message(MESSAGE));
            loop.runAll();
        }

        assertThat(slow.received()).hasSize(2 * before);
    }

    @Test
    void closedChannelFreesItsBytes() {
        InMemoryChannelLayer layer = layer(4 * MESSAGE, 1 << 30);
        Member slow = new Member(layer, loop).join(layer, "room").stopReading();
        layer.groupSend("room", message(MESSAGE));
        loop.runAll();
        assertThat(waiting(layer)).isGreaterThan(MESSAGE);

        slow.close();

        assertThat(waiting(layer)).isZero();
    }

    @Test
    @DisplayName("P3: a message that waits for many members counts once in the total")
    void sharedMessageCountsOnce() {
        InMemoryChannelLayer layer = layer(1 << 20, 1 << 30);
        IntStream.range(0, 100)
                .forEach(i -> new Member(layer, loop).join(layer, "room").stopReading());

        layer.groupSend("room", message(MESSAGE));
        loop.runAll();

        assertThat(waiting(layer)).isBetween((long) MESSAGE, (long) MESSAGE + OVERHEAD);
    }

    @Test
    @DisplayName("P3: near the bound for all waiting messages, the largest backlogs drop first")
    void largestBacklogDropsFirst() {
        InMemoryChannelLayer layer = layer(1 << 20, 40L * MESSAGE);
        Member greedy = new Member(layer, loop).join(layer, "large").stopReading();
        List<Member> modest = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            modest.add(new Member(layer, loop).join(layer, "small" + i).stopReading());
        }

        for (int i = 0; i < 200; i++) {
            layer.groupSend("large", message(MESSAGE));
            loop.runAll();
        }
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < 4; k++) {
                layer.groupSend("small" + k, message(MESSAGE));
                loop.runAll();
            }
        }

        assertThat(greedy.received()).hasSizeLessThanOrEqualTo(20);
        assertThat(modest).allSatisfy(member -> assertThat(member.received()).hasSize(3));
        assertThat(waiting(layer)).isLessThanOrEqualTo(40L * MESSAGE);
    }

    @Test
    @DisplayName("P3: all messages that wait to be received are bounded in bytes")
    void boundsTotalOfPulledChannels() {
        long max = 40L * MESSAGE;
        InMemoryChannelLayer layer = layer(1 << 20, max);

        for (int i = 0; i < 1000; i++) {
            layer.send("work" + i, message(MESSAGE));
        }

        assertThat(waiting(layer)).isBetween(max / 2, max);
        assertThat(layer.dropped()).isPositive();
    }

    @Test
    @DisplayName("P3: all messages that wait for subscribers are bounded in bytes, apart from one for each")
    void boundsTotalOfSubscribers() {
        long max = 40L * MESSAGE;
        int members = 100;
        InMemoryChannelLayer layer = layer(1 << 20, max);

        for (int i = 0; i < members; i++) {
            new Member(layer, loop).join(layer, "room" + i).stopReading();
            for (int k = 0; k < 10; k++) {
                layer.groupSend("room" + i, message(MESSAGE));
                loop.runAll();
            }
        }

        assertThat(waiting(layer)).isLessThanOrEqualTo(max + (long) members * (MESSAGE + OVERHEAD));
    }

    @Test
    void messageThatIsTakenImmediatelyIsNotMeasured() {
        AtomicInteger read = new AtomicInteger();
        record Payload(AtomicInteger read) {
            @JsonProperty
            @SuppressWarnings("unused") // Jackson calls it
            int number() {
                return read.incrementAndGet();
            }
        }
        InMemoryChannelLayer layer = layer(1 << 20, 1 << 30);
        Member member = new Member(layer, loop).join(layer, "room");

        for (int i = 0; i < 10; i++) {
            layer.groupSend("room", Message.of("m", new Payload(read)));
        }
        loop.runAll();
        layer.send(member.channel(), Message.of("m", new Payload(read)));
        loop.runAll();

        assertThat(member.received()).hasSize(11);
        assertThat(read).hasValue(0);
    }
}
