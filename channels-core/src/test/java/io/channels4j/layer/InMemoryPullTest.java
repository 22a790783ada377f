package io.channels4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ch.qos.logback.classic.Level;
import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.fixture.FakeClock;
import io.channels4j.support.CapturedLog;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InMemoryPullTest {

    private static final Message HELLO = Message.of("hello");

    private final FakeClock clock = new FakeClock();
    private final InMemoryChannelLayer layer =
            InMemoryChannelLayer.of(LayerSettings.defaults().withCapacity(2).withChannelCapacity("wide", 3), clock);

    @AfterEach
    void close() {
        layer.close();
    }

    @Test
    void deliversMessageToOneReceiver() {
        CompletableFuture<Message> first = layer.receive("mail").toCompletableFuture();
        CompletableFuture<Message> second = layer.receive("mail").toCompletableFuture();

        layer.send("mail", HELLO);

        assertThat(first).isCompletedWithValue(HELLO);
        assertThat(second).isNotDone();
    }

    @Test
    void keepsMessageUntilItIsReceived() {
        layer.send("mail", HELLO);

        assertThat(layer.receive("mail").toCompletableFuture()).isCompletedWithValue(HELLO);
    }

    @Test
    void newChannelsAreUniqueAndCanBeReceivedFrom() {
        String first = name();
        String second = name();
        assertThat(first).isNotEqualTo(second);

        layer.send(first, HELLO);

        assertThat(layer.receive(first).toCompletableFuture()).isCompletedWithValue(HELLO);
        assertThat(layer.receive(second).toCompletableFuture()).isNotDone();
    }

    @Test
    void fullChannelRejectsAndCounts() {
        layer.send("mail", HELLO);
        layer.send("mail", HELLO);

        assertThatExceptionOfType(Exception.class)
                .isThrownBy(
                        () -> layer.send("mail", HELLO).toCompletableFuture().get())
                .withCauseInstanceOf(ChannelFullException.class);
        assertThat(layer.dropped()).isEqualTo(1);
    }

    @Test
    void usesCapacityOfChannel() {
        for (int i = 0; i < 3; i++) {
            assertThat(layer.send("wide", HELLO).toCompletableFuture()).isCompleted();
        }
        assertThat(layer.send("wide", HELLO).toCompletableFuture()).isCompletedExceptionally();
    }

    @Test
    void groupMessageSkipsFullChannel() {
        layer.groupAdd("room", "mail");
        layer.groupAdd("room", "wide");
        for (int i = 0; i < 3; i++) {
            assertThat(layer.groupSend("room", HELLO).toCompletableFuture()).isCompleted();
        }

        assertThat(layer.dropped()).isEqualTo(1);
    }

    @Test
    void messagesExpire() {
        layer.send("mail", HELLO);
        clock.advance(Duration.ofSeconds(60));

        assertThat(layer.receive("mail").toCompletableFuture()).isNotDone();
        assertThat(layer.dropped()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 999})
    void expiryMayBeShorterThanOneSecond(int millis) {
        InMemoryChannelLayer quick =
                InMemoryChannelLayer.of(LayerSettings.defaults().withExpiry(Duration.ofMillis(millis)), clock);
        quick.send("mail", HELLO);
        assertThat(quick.receive("mail").toCompletableFuture()).isCompletedWithValue(HELLO);

        quick.send("mail", HELLO);
        clock.advance(Duration.ofMillis(millis));
        assertThat(quick.receive("mail").toCompletableFuture()).isNotDone();
    }

    @Test
    void sendLaterSendsAfterDelay() {
        CompletableFuture<Message> received = layer.receive("mail").toCompletableFuture();

        assertThat(layer.sendLater("mail", HELLO, Duration.ofMillis(20)).toCompletableFuture())
                .isCompleted();
        assertThat(received.orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo(HELLO);
    }

    @Test
    void sendLaterWithoutDelaySendsImmediately() {
        layer.sendLater("mail", HELLO, Duration.ZERO);

        assertThat(layer.receive("mail").toCompletableFuture()).isCompletedWithValue(HELLO);
    }

    @Test
    void sendLaterToFullChannelDropsCountsAndLogs() {
        layer.send("mail", HELLO);
        layer.send("mail", HELLO);
        try (CapturedLog log = CapturedLog.of(ChannelLayer.class.getName())) {
            layer.sendLater("mail", HELLO, Duration.ofMillis(1));

            Awaitility.await().until(() -> !log.messages(Level.WARN).isEmpty());
            assertThat(layer.dropped()).isEqualTo(1);
        }
    }

    @Test
    void rejectsNegativeDelay() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layer.sendLater("mail", HELLO, Duration.ofMillis(-1)))
                .withMessage("delay: PT-0.001S (expected: zero or more)");
    }

    @Test
    void rejectsReceivingFromChannelOfAnotherProcess() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> layer.receive("other!x"))
                .withMessageStartingWith("receive: other!x belongs to another process");
    }

    @Test
    void flushDropsMessagesAndDelayedOnes() {
        layer.send("mail", HELLO);
        layer.sendLater("mail", HELLO, Duration.ofMillis(50));

        layer.flush();

        assertThat(layer.channelCount()).isZero();
        CompletableFuture<Message> received = layer.receive("mail").toCompletableFuture();
        Awaitility.await().during(Duration.ofMillis(100)).until(() -> !received.isDone());
    }

    @Test
    void closeFailsReceiversAndRejectsLaterCalls() {
        CompletableFuture<Message> waiting = layer.receive("mail").toCompletableFuture();

        layer.close();
        layer.close();

        assertRefused(waiting);
        assertRefused(layer.receive("mail"));
        assertRefused(layer.send("mail", HELLO));
        assertRefused(layer.sendLater("mail", HELLO, Duration.ofSeconds(1)));
        assertRefused(layer.groupAdd("room", "mail"));
        assertRefused(layer.groupDiscard("room", "mail"));
        assertRefused(layer.groupSend("room", HELLO));
    }

    private static void assertRefused(CompletionStage<?> stage) {
        assertThatExceptionOfType(Exception.class)
                .isThrownBy(() -> stage.toCompletableFuture().get())
                .havingCause()
                .isInstanceOf(ChannelsException.class)
                .withMessage("channel layer: closed (expected: an open layer)");
    }

    private String name() {
        return layer.newChannel().toCompletableFuture().join();
    }
}
