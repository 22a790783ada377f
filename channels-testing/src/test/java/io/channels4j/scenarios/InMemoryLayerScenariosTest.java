package io.channels4j.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.testing.ManualClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The scenarios of upstream's {@code tests/test_inmemorychannel.py}. */
class InMemoryLayerScenariosTest {

    private static final Message ONE = Message.of("test.message").with("text", "one");
    private static final Message TWO = Message.of("test.message").with("text", "two");
    private static final Message THREE = Message.of("test.message").with("text", "three");

    private final ManualClock clock = ManualClock.create();
    private final InMemoryChannelLayer layer =
            InMemoryChannelLayer.of(LayerSettings.defaults().withCapacity(3).withExpiry(Duration.ofSeconds(10)), clock);

    @AfterEach
    void close() {
        layer.close();
    }

    private CompletableFuture<Message> receive(String channel) {
        return layer.receive(channel).toCompletableFuture();
    }

    private String newChannel() {
        return layer.newChannel().toCompletableFuture().join();
    }

    private static void done(CompletionStage<Void> stage) {
        assertThat(stage).isCompleted();
    }

    @Test
    @DisplayName("test_send_receive: a channel exists until it is empty")
    void channelExistsUntilItIsEmpty() {
        done(layer.send("test-channel-1", ONE));
        done(layer.send("test-channel-1", TWO));

        assertThat(receive("test-channel-1")).isCompletedWithValue(ONE);
        assertThat(layer.channelCount()).isEqualTo(1);
        assertThat(receive("test-channel-1")).isCompletedWithValue(TWO);
        assertThat(layer.channelCount()).isZero();
    }

    @Test
    @DisplayName("test_race_empty: a waiting receiver gets the message, also after the channel was emptied")
    void waitingReceiverGetsMessage() {
        CompletableFuture<Message> waiting = receive("test-channel-1");
        layer.send("test-channel-2", ONE);
        assertThat(receive("test-channel-2")).isCompletedWithValue(ONE);

        layer.send("test-channel-1", TWO);

        assertThat(waiting).isCompletedWithValue(TWO);
    }

    @Test
    @DisplayName("test_send_capacity: a full channel rejects messages")
    void fullChannelFails() {
        done(layer.send("test-channel-1", ONE));
        done(layer.send("test-channel-1", ONE));
        done(layer.send("test-channel-1", ONE));

        assertThat(layer.send("test-channel-1", ONE))
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(ChannelFullException.class)
                .withMessageContaining("test-channel-1 is full (3 unread messages");
    }

    @Test
    @DisplayName("test_process_local_send_receive: a name that the layer makes")
    void madeNameCarriesMessages() {
        String channel = newChannel();

        layer.send(channel, ONE);

        assertThat(receive(channel)).isCompletedWithValue(ONE);
    }

    @Test
    @DisplayName("test_multi_send_receive: messages keep their order")
    void messagesKeepOrder() {
        layer.send("test-channel-3", ONE);
        layer.send("test-channel-3", TWO);
        layer.send("test-channel-3", THREE);

        assertThat(receive("test-channel-3")).isCompletedWithValue(ONE);
        assertThat(receive("test-channel-3")).isCompletedWithValue(TWO);
        assertThat(receive("test-channel-3")).isCompletedWithValue(THREE);
    }

    @Test
    @DisplayName("test_groups_basic: members receive it, the discarded one does not")
    void groupReachesMembers() {
        layer.groupAdd("test-group", "test-gr-chan-1");
        layer.groupAdd("test-group", "test-gr-chan-2");
        layer.groupAdd("test-group", "test-gr-chan-3");
        layer.groupDiscard("test-group", "test-gr-chan-2");

        done(layer.groupSend("test-group", ONE));

        assertThat(receive("test-gr-chan-1")).isCompletedWithValue(ONE);
        assertThat(receive("test-gr-chan-2")).isNotDone();
        assertThat(receive("test-gr-chan-3")).isCompletedWithValue(ONE);
    }

    @Test
    @DisplayName("test_groups_channel_full: a full member is skipped and counted")
    void groupSendSkipsFullMembers() {
        layer.groupAdd("test-group", "test-gr-chan-1");
        for (int i = 0; i < 3; i++) {
            layer.groupSend("test-group", ONE);
        }

        done(layer.groupSend("test-group", TWO));

        assertThat(layer.dropped()).isEqualTo(1);
    }

    @Test
    @DisplayName("test_expiry_single: an expired message is not received, and its channel leaves its groups")
    void expiredMessageIsNotReceived() {
        layer.groupAdd("test-group", "test-channel-1");
        layer.send("test-channel-1", ONE);
        assertThat(layer.channelCount()).isEqualTo(1);

        clock.advance(Duration.ofSeconds(11));

        CompletableFuture<Message> waiting = receive("test-channel-1");
        layer.groupSend("test-group", TWO);
        assertThat(waiting).isNotDone();
        assertThat(layer.groupCount()).isZero();
    }

    @Test
    @DisplayName("test_expiry_unread: what expired in one channel goes when another is used")
    void useOfOneChannelClearsOthers() {
        layer.send("test-channel-1", ONE);
        layer.send("test-channel-1", TWO);
        clock.advance(Duration.ofSeconds(11));

        layer.send("test-channel-2", THREE);

        assertThat(layer.channelCount()).isEqualTo(1);
        assertThat(layer.dropped()).isEqualTo(2);
        assertThat(receive("test-channel-2")).isCompletedWithValue(THREE);
    }

    @Test
    @DisplayName("test_expiry_multi: what is newer survives")
    void newerMessageSurvives() {
        layer.send("test-channel-1", ONE);
        layer.send("test-channel-1", TWO);
        clock.advance(Duration.ofSeconds(6));
        layer.send("test-channel-1", THREE);
        clock.advance(Duration.ofSeconds(6));

        assertThat(receive("test-channel-1")).isCompletedWithValue(THREE);
        assertThat(layer.channelCount()).isZero();
    }

    @Test
    @DisplayName("differs by design: capacities by pattern work")
    void patternsSetCapacities() {
        try (InMemoryChannelLayer narrow =
                InMemoryChannelLayer.of(LayerSettings.defaults().withChannelCapacity("test-*", 1))) {
            done(narrow.send("test-channel-1", ONE));

            assertThat(narrow.send("test-channel-1", ONE)).isCompletedExceptionally();
            done(narrow.send("other", ONE));
            done(narrow.send("other", ONE));
        }
    }

    @Test
    @DisplayName("P3: receivers that give up leave no channel behind")
    void cancelledReceiversLeaveNothing() {
        for (int i = 0; i < 100; i++) {
            receive(newChannel()).cancel(false);
        }

        assertThat(layer.channelCount()).isZero();
    }
}
