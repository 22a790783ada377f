package io.channels4j.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.fixture.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PullChannelsTest {

    private static final Message ONE = Message.of("1");

    private final FakeClock clock = new FakeClock();
    private final LongAdder dropped = new LongAdder();
    private final List<String> expired = new ArrayList<>();
    private final PullChannels channels =
            new PullChannels(Deliveries.limits(), Deliveries.bytes(), clock, dropped::add, expired::add);

    private CompletableFuture<Message> receive(String channel) {
        return channels.take(channel, UnreadMessage::message);
    }

    /** Returns the number of unread messages in the full channel that rejected a message. */
    private int rejected(String name) {
        return Objects.requireNonNull(channels.send(name, ONE)).channel().size();
    }

    @Test
    void removesChannelWithoutUnreadMessages() {
        channels.send("a", ONE);
        assertThat(channels.size()).isEqualTo(1);

        assertThat(receive("a")).isCompletedWithValue(ONE);

        assertThat(channels.size()).isZero();
    }

    @Test
    void removesChannelAfterServingItsReceiver() {
        CompletableFuture<Message> receiver = receive("a");
        assertThat(channels.size()).isEqualTo(1);

        channels.send("a", ONE);

        assertThat(receiver).isCompletedWithValue(ONE);
        assertThat(channels.size()).isZero();
    }

    @Test
    void sendToFullChannelReturnsNumberOfUnreadMessages() {
        assertThat(channels.send("a", ONE)).isNull();
        assertThat(channels.send("a", ONE)).isNull();
        assertThat(rejected("a")).isEqualTo(2);
    }

    @Test
    void eachChannelHasItsOwnCapacity() {
        for (int i = 0; i < 5; i++) {
            assertThat(channels.send("wide.a", ONE)).isNull();
            assertThat(channels.send("wide.b", ONE)).isNull();
        }
        assertThat(rejected("wide.a")).isEqualTo(5);
    }

    @Test
    void dropsAndCountsExpiredMessages() {
        channels.send("a", ONE);
        clock.advance(Duration.ofSeconds(60));

        assertThat(receive("a")).isNotDone();

        assertThat(dropped.sum()).isEqualTo(1);
        assertThat(expired).containsExactly("a");
    }

    @Test
    void keepsMessagesThatHaveNotExpired() {
        channels.send("a", ONE);
        clock.advance(Duration.ofSeconds(60).minusMillis(1));

        assertThat(receive("a")).isCompletedWithValue(ONE);
        assertThat(dropped.sum()).isZero();
    }

    @Test
    void anyCallDropsExpiredMessagesOfOtherChannels() {
        for (int i = 0; i < 1000; i++) {
            channels.send("c" + i, ONE);
        }
        clock.advance(Duration.ofMinutes(2));

        channels.send("other", ONE);

        assertThat(channels.size()).isEqualTo(1);
        assertThat(dropped.sum()).isEqualTo(1000);
        assertThat(expired).hasSize(1000);
    }

    @Test
    void channelInUseStaysInExpiryQueue() {
        channels.send("a", ONE);
        clock.advance(Duration.ofSeconds(30));
        channels.send("a", ONE);
        clock.advance(Duration.ofSeconds(30));
        channels.expire(clock.millis());
        assertThat(dropped.sum()).isEqualTo(1);

        clock.advance(Duration.ofSeconds(30));
        channels.expire(clock.millis());

        assertThat(dropped.sum()).isEqualTo(2);
        assertThat(channels.size()).isZero();
    }

    @Test
    void countsEveryExpiredMessage() {
        channels.send("a", ONE);
        clock.advance(Duration.ofSeconds(1));
        channels.send("a", ONE);
        clock.advance(Duration.ofSeconds(49));
        channels.send("b", ONE);
        clock.advance(Duration.ofSeconds(10));
        channels.send("c", ONE); // the first message on channel a has expired
        clock.advance(Duration.ofSeconds(5));

        assertThat(receive("a")).isNotDone(); // the second message on a has expired, the one on b has not

        assertThat(dropped.sum()).isEqualTo(2);
        assertThat(expired).containsExactly("a", "a");
    }

    @Test
    void removesChannelOfCancelledReceiver() {
        receive("a").cancel(false);

        assertThat(channels.size()).isZero();
    }

    @Test
    @DisplayName("P3: messages that were read leave no entry in the expiry queue")
    void expiryQueueIsCleanedOfReadChannels() {
        for (int i = 0; i < 100_000; i++) {
            channels.send("a", ONE);
            receive("a");
        }

        assertThat(channels.watched()).isLessThan(3_000);
    }

    @Test
    void clearDropsMessagesAndKeepsReceivers() {
        CompletableFuture<Message> receiver = receive("waiting");
        channels.send("a", ONE);

        channels.clear();

        assertThat(channels.size()).isEqualTo(1);
        channels.send("waiting", ONE);
        assertThat(receiver).isCompletedWithValue(ONE);
    }

    @Test
    void closeFailsWaitingReceivers() {
        CompletableFuture<Message> receiver = receive("a");

        channels.close(new ChannelsException("closed"));

        assertThat(receiver).isCompletedExceptionally();
        assertThat(channels.size()).isZero();
    }
}
