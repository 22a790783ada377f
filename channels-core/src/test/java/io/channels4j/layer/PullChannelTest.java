package io.channels4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class PullChannelTest {

    private static final Message ONE = Message.of("1");
    private static final Message TWO = Message.of("2");

    private final PullChannel channel = new PullChannel();

    @Test
    void givesMessagesInOrder() {
        channel.put(ONE, 10, 0, 100);
        channel.put(TWO, 10, 0, 100);

        assertThat(channel.take(0)).isCompletedWithValue(ONE);
        assertThat(channel.take(0)).isCompletedWithValue(TWO);
        assertThat(channel.take(0)).isNotDone();
    }

    @Test
    void servesReceiversInTheOrderInWhichTheyCame() {
        CompletableFuture<Message> first = channel.take(0);
        CompletableFuture<Message> second = channel.take(0);

        channel.put(ONE, 10, 0, 100);
        assertThat(first).isCompletedWithValue(ONE);
        assertThat(second).isNotDone();

        channel.put(TWO, 10, 0, 100);
        assertThat(second).isCompletedWithValue(TWO);
    }

    @Test
    void aReceiverThatGaveUpLosesNothing() {
        CompletableFuture<Message> gaveUp = channel.take(0);
        gaveUp.cancel(false);

        assertThat(channel.put(ONE, 10, 0, 100)).isEqualTo(PullChannel.Put.DONE);

        assertThat(channel.take(0)).isCompletedWithValue(ONE);
    }

    @Test
    void isFullAtItsCapacity() {
        assertThat(channel.put(ONE, 1, 0, 100)).isEqualTo(PullChannel.Put.DONE);
        assertThat(channel.put(TWO, 1, 0, 100)).isEqualTo(PullChannel.Put.FULL);
        assertThat(channel.size()).isEqualTo(1);
    }

    @Test
    void whatHasExpiredMakesRoom() {
        channel.put(ONE, 1, 0, 100);

        assertThat(channel.put(TWO, 1, 100, 200)).isEqualTo(PullChannel.Put.DONE);

        assertThat(channel.take(100)).isCompletedWithValue(TWO);
    }

    @Test
    void expiresAtTheMomentAndNotBefore() {
        channel.put(ONE, 1, 0, 100);

        assertThat(channel.expire(99)).isZero();
        assertThat(channel.expire(100)).isEqualTo(1);
        assertThat(channel.size()).isZero();
    }

    @Test
    void diesOnlyWhenNothingWaits() {
        channel.put(ONE, 1, 0, 100);
        assertThat(channel.dieIfIdle()).isFalse();

        channel.take(0);
        assertThat(channel.dieIfIdle()).isTrue();
        assertThat(channel.put(ONE, 1, 0, 100)).isEqualTo(PullChannel.Put.DEAD);
        assertThat(channel.take(0)).isNull();
    }

    @Test
    void aWaitingReceiverKeepsItAliveUntilItGivesUp() {
        CompletableFuture<Message> receiver = channel.take(0);
        assertThat(channel.dieIfIdle()).isFalse();

        receiver.cancel(false);

        assertThat(channel.dieIfIdle()).isTrue();
    }

    @Test
    void closingFailsWhoWaits() {
        CompletableFuture<Message> receiver = channel.take(0);

        channel.close(new ChannelsException("closed"));

        assertThat(receiver).isCompletedExceptionally();
        assertThat(channel.take(0)).isNull();
    }
}
