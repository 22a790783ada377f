package io.channels4j.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PullChannelTest {

    private static final Message ONE = Message.of("1");
    private static final Message TWO = Message.of("2");

    private final PullChannel channel = new PullChannel(Deliveries.bytes());

    private PullChannel.Put put(Message message, int capacity, long now, long expiresAt) {
        return channel.put(new UnreadMessage(message, expiresAt, 0), capacity, now);
    }

    /** Returns null if the channel is closed. */
    private @Nullable CompletableFuture<Message> take(long now) {
        PullChannel.Receiver<Message> receiver = new PullChannel.Receiver<>(UnreadMessage::message);
        return channel.take(receiver, now) ? receiver : null;
    }

    @Test
    void deliversMessagesInOrder() {
        put(ONE, 10, 0, 100);
        put(TWO, 10, 0, 100);

        assertThat(take(0)).isCompletedWithValue(ONE);
        assertThat(take(0)).isCompletedWithValue(TWO);
        assertThat(take(0)).isNotDone();
    }

    @Test
    void servesReceiversInOrder() {
        CompletableFuture<Message> first = take(0);
        CompletableFuture<Message> second = take(0);

        put(ONE, 10, 0, 100);
        assertThat(first).isCompletedWithValue(ONE);
        assertThat(second).isNotDone();

        put(TWO, 10, 0, 100);
        assertThat(second).isCompletedWithValue(TWO);
    }

    @Test
    void cancelledReceiverLosesNoMessage() {
        CompletableFuture<Message> gaveUp = take(0);
        gaveUp.cancel(false);

        assertThat(put(ONE, 10, 0, 100)).isEqualTo(PullChannel.Put.DONE);

        assertThat(take(0)).isCompletedWithValue(ONE);
    }

    @Test
    void isFullAtItsCapacity() {
        assertThat(put(ONE, 1, 0, 100)).isEqualTo(PullChannel.Put.DONE);
        assertThat(put(TWO, 1, 0, 100)).isEqualTo(PullChannel.Put.FULL);
        assertThat(channel.size()).isEqualTo(1);
    }

    @Test
    void expiredMessagesUseNoCapacity() {
        put(ONE, 1, 0, 100);

        assertThat(put(TWO, 1, 100, 200)).isEqualTo(PullChannel.Put.DONE);

        assertThat(take(100)).isCompletedWithValue(TWO);
    }

    @Test
    void messageExpiresAtItsExpiryTime() {
        put(ONE, 1, 0, 100);

        assertThat(channel.expire(99)).isZero();
        assertThat(channel.expire(100)).isEqualTo(1);
        assertThat(channel.size()).isZero();
    }

    @Test
    void closesOnlyWithoutMessagesAndReceivers() {
        put(ONE, 1, 0, 100);
        assertThat(channel.closeIfIdle()).isFalse();

        take(0);
        assertThat(channel.closeIfIdle()).isTrue();
        assertThat(put(ONE, 1, 0, 100)).isEqualTo(PullChannel.Put.CLOSED);
        assertThat(take(0)).isNull();
    }

    @Test
    void staysOpenUntilTheWaitingReceiverIsCancelled() {
        CompletableFuture<Message> receiver = take(0);
        assertThat(channel.closeIfIdle()).isFalse();

        receiver.cancel(false);

        assertThat(channel.closeIfIdle()).isTrue();
    }

    @Test
    void closeFailsWaitingReceivers() {
        CompletableFuture<Message> receiver = take(0);

        channel.close(new ChannelsException("closed"));

        assertThat(receiver).isCompletedExceptionally();
        assertThat(take(0)).isNull();
    }
}
