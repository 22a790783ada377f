package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.testing.FaultyLayer.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultyLayerTest {

    private static final String JOBS = "jobs";
    private static final Message HELLO = Message.of("hello");

    private final FaultyLayer layer = FaultyLayer.of(InMemoryChannelLayer.create(), 42);

    @AfterEach
    void close() {
        layer.close();
    }

    private CompletableFuture<Message> receive() {
        return layer.receive(JOBS).toCompletableFuture();
    }

    @Test
    void injectsFaultsOnDemand() {
        // @start region="faulty"
        ChannelLayer real = InMemoryChannelLayer.create();
        FaultyLayer faulty = FaultyLayer.of(real, 42).next(Fault.FAIL, 1).chance(Fault.DROP, 0.1);

        assertThat(faulty.groupSend("room", HELLO)).isCompletedExceptionally();
        assertThat(faulty.count(Fault.FAIL)).isEqualTo(1);
        // @end region="faulty"
        faulty.close();
    }

    @Test
    void delegatesAllCallsWithoutFaults() {
        layer.groupAdd("room", JOBS);
        layer.groupSend("room", HELLO);

        assertThat(receive()).isCompletedWithValue(HELLO);
    }

    @Test
    void failedCallIsNotDelegated() {
        layer.next(Fault.FAIL, 1);

        assertThat(layer.send(JOBS, HELLO))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(LayerUnavailableException.class);
        assertThat(receive()).isNotDone();
    }

    @Test
    void failsMembershipCallsToo() {
        layer.next(Fault.FAIL, 2);

        assertThat(layer.groupAdd("room", JOBS)).isCompletedExceptionally();
        assertThat(layer.groupDiscard("room", JOBS)).isCompletedExceptionally();
        assertThat(layer.groupAdd("room", JOBS)).isCompleted();
    }

    @Test
    void droppedMessageDoesNotFailTheSender() {
        layer.next(Fault.DROP, 1);

        assertThat(layer.send(JOBS, HELLO)).isCompleted();
        assertThat(receive()).isNotDone();
        assertThat(layer.count(Fault.DROP)).isEqualTo(1);
    }

    @Test
    void duplicateIsReceivedTwice() {
        layer.next(Fault.DUPLICATE, 1);

        layer.send(JOBS, HELLO);

        assertThat(receive()).isCompletedWithValue(HELLO);
        assertThat(receive()).isCompletedWithValue(HELLO);
    }

    @Test
    void delayedMessageIsOvertaken() {
        layer.next(Fault.DELAY, 1).delay(Duration.ofMillis(20));

        layer.send(JOBS, Message.of("late"));
        layer.send(JOBS, HELLO);

        assertThat(receive()).isCompletedWithValue(HELLO);
        CompletableFuture<Message> late = receive();
        await().until(late::isDone);
        assertThat(late).isCompletedWithValue(Message.of("late"));
    }

    @Test
    void sameSeedGivesTheSameFaults() {
        assertThat(lossesOf(7)).isEqualTo(lossesOf(7)).isNotEqualTo(lossesOf(8)).contains(true, false);
    }

    private static List<Boolean> lossesOf(long seed) {
        FaultyLayer lossy = FaultyLayer.of(InMemoryChannelLayer.create(), seed).chance(Fault.FAIL, 0.5);
        List<Boolean> losses = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            losses.add(lossy.send(JOBS, HELLO).toCompletableFuture().isCompletedExceptionally());
        }
        lossy.close();
        return losses;
    }

    @Test
    void healEndsAllFaults() {
        layer.next(Fault.FAIL, 3).chance(Fault.DROP, 1);

        layer.heal();
        layer.send(JOBS, HELLO);

        assertThat(receive()).isCompletedWithValue(HELLO);
    }

    @Test
    void rejectsInvalidProbability() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layer.chance(Fault.DROP, 1.5))
                .withMessage("probability: 1.5 (expected: from 0 to 1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layer.chance(Fault.DROP, Double.NaN))
                .withMessage("probability: NaN (expected: from 0 to 1)");
    }

    @Test
    void rejectsNegativeCounts() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layer.next(Fault.DROP, -1))
                .withMessage("calls: -1 (expected: zero or more)");
    }

    @Test
    void validatesArgumentsBeforeInjectingAFault() {
        layer.chance(Fault.DROP, 1);

        assertThatIllegalArgumentException().isThrownBy(() -> layer.send("", HELLO));
        assertThatIllegalArgumentException().isThrownBy(() -> layer.groupSend("a!b", HELLO));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layer.sendLater(JOBS, HELLO, Duration.ofSeconds(-1)))
                .withMessage("delay: PT-1S (expected: zero or more)");
    }
}
