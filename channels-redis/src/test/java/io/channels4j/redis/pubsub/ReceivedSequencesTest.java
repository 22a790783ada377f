package io.channels4j.redis.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.Address.Kind;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReceivedSequencesTest {

    private static final Address ROOM = new Address(Kind.GROUP, "room", "channels:group:room", 0);
    private static final long ADA = 7;

    private final List<Long> missed = new ArrayList<>();
    private final ReceivedSequences sequences = new ReceivedSequences((group, count) -> missed.add(count));

    private void receive(long... numbers) {
        LongStream.of(numbers).forEach(number -> sequences.received(ROOM, ADA, 1, number));
    }

    private void heartbeat(int epoch, long last) {
        byte[] body = ByteBuffer.allocate(SentSequences.ENTRY_BYTES)
                .putLong(ReceivedSequences.hash(ROOM.redisName()))
                .putInt(epoch)
                .putLong(last)
                .array();
        sequences.heartbeat(ADA, body);
    }

    /** A heartbeat of a sequence that began some seconds ago. */
    private void heartbeat(long ageSeconds, int epoch, long last) {
        long hash = ReceivedSequences.hash(ROOM.redisName());
        byte[] body = ByteBuffer.allocate(2 * SentSequences.ENTRY_BYTES)
                .putLong(hash)
                .putInt(epoch)
                .putLong(last)
                .putLong(hash ^ SentSequences.RECENT)
                .putInt(epoch)
                .putLong(ageSeconds << 48 | last)
                .array();
        sequences.heartbeat(ADA, body);
    }

    private void ticks(int count) {
        for (int i = 0; i < count; i++) {
            sequences.tick();
        }
    }

    @Test
    void firstMessageSetsTheExpectedNumber() {
        receive(41, 42, 43);
        ticks(3);

        assertThat(missed).isEmpty();
    }

    @Test
    void reportsAMissingMessageAfterTwoTicks() {
        receive(1, 2, 5);

        ticks(1);
        assertThat(missed).isEmpty();
        ticks(1);
        assertThat(missed).containsExactly(2L);
        receive(6, 7);
        ticks(3);
        assertThat(missed).containsExactly(2L);
    }

    @Test
    void acceptsAnotherOrderWithinTheWindow() {
        receive(1, 4, 3, 2, 6, 5, 7);
        ticks(3);

        assertThat(missed).isEmpty();
    }

    @Test
    void reportsAMissingMessageImmediatelyOutsideTheWindow() {
        receive(1);
        LongStream.rangeClosed(3, 70).forEach(this::receive);

        assertThat(missed).containsExactly(1L);
        receive(2); // too late
        ticks(3);
        assertThat(missed).containsExactly(1L);
    }

    @Test
    void reportsALostTailAfterAHeartbeat() {
        receive(1, 2);
        heartbeat(1, 9);
        ticks(2);

        assertThat(missed).containsExactly(7L);
        receive(10);
        heartbeat(1, 10);
        ticks(3);
        assertThat(missed).containsExactly(7L);
    }

    @Test
    void heartbeatOfReceivedMessagesChangesNothing() {
        receive(1, 2, 3);
        heartbeat(1, 3);
        heartbeat(1, 2);
        ticks(3);

        assertThat(missed).isEmpty();
    }

    @Test
    void noticesMissingMessagesOfANewSequence() {
        receive(1, 2);
        sequences.received(ROOM, ADA, 2, 3);
        ticks(2);

        assertThat(missed).containsExactly(2L);
        receive(3); // a late message of the earlier sequence
        ticks(3);
        assertThat(missed).containsExactly(2L);
    }

    @Test
    void noticesThatAllMessagesOfASenderAreMissing() {
        sequences.subscribed(ROOM);
        ticks(10);
        heartbeat(5, 1, 3);
        ticks(1);
        assertThat(missed).isEmpty();
        ticks(1);

        assertThat(missed).containsExactly(3L);
        receive(4);
        heartbeat(9, 1, 4);
        ticks(3);
        assertThat(missed).containsExactly(3L);
    }

    @Test
    void noticesThatTheFirstMessagesOfASenderAreMissing() {
        sequences.subscribed(ROOM);
        ticks(10);
        receive(5, 3, 6);
        heartbeat(5, 1, 6);
        ticks(2);

        assertThat(missed).containsExactly(3L);
        heartbeat(7, 1, 6);
        ticks(3);
        assertThat(missed).containsExactly(3L);
    }

    @Test
    void messagesThatArriveAfterTheHeartbeatAreNotMissing() {
        sequences.subscribed(ROOM);
        ticks(10);
        receive(2);
        heartbeat(5, 1, 3);
        receive(1, 3);
        ticks(3);
        assertThat(missed).isEmpty();

        sequences.received(ROOM, 8, 1, 2);
        sequences.received(ROOM, 8, 1, 1);
        ticks(3);
        assertThat(missed).isEmpty();
    }

    @Test
    void messagesBeforeTheSubscriptionAreNotMissing() {
        ticks(20);
        sequences.subscribed(ROOM);
        ticks(5);
        receive(5);
        heartbeat(4, 1, 5); // began one second after the subscription, or before
        ticks(3);
        assertThat(missed).isEmpty();

        sequences.forget(ROOM.redisName());
        sequences.subscribed(ROOM);
        heartbeat(7, 1, 9);
        ticks(3);
        assertThat(missed).isEmpty();
    }

    @Test
    void groupWhoseSubscriptionWasForgottenExpectsNothing() {
        sequences.subscribed(ROOM);
        for (int i = 0; i < 20_000; i++) {
            sequences.subscribed(new Address(Kind.GROUP, "g" + i, "g" + i, 0));
        }
        ticks(10);
        receive(5);
        heartbeat(5, 1, 5);
        ticks(3);

        assertThat(missed).isEmpty();
    }

    @Test
    void sendersAreIndependent() {
        receive(1, 2);
        sequences.received(ROOM, 8, 5, 100);
        sequences.received(ROOM, 8, 5, 101);
        receive(3);
        ticks(3);

        assertThat(missed).isEmpty();
    }

    @Test
    void forgetsAGroupThatWasUnsubscribed() {
        receive(1, 5);
        sequences.forget(ROOM.redisName());
        ticks(3);
        receive(90, 91);
        ticks(3);

        assertThat(missed).isEmpty();
    }

    @Test
    void memoryIsBounded() {
        for (int i = 0; i < 30_000; i++) {
            sequences.received(new Address(Kind.GROUP, "g" + i, "g" + i, 0), ADA, 1, 1);
        }
        sequences.received(new Address(Kind.GROUP, "g0", "g0", 0), ADA, 1, 90); // forgotten
        sequences.received(new Address(Kind.GROUP, "g29999", "g29999", 0), ADA, 1, 90);

        assertThat(missed).containsExactly(88L);
    }
}
