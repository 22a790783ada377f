package io.channels4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.fixture.FakeClock;
import io.channels4j.fixture.ManualExecutor;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests that durations of any length are accepted. Very long durations are clamped instead of overflowing. */
class EndlessTimesTest {

    private static final Duration FOREVER = ChronoUnit.FOREVER.getDuration();

    private final FakeClock clock = new FakeClock();
    private final InMemoryChannelLayer layer =
            InMemoryChannelLayer.of(LayerSettings.defaults().withExpiry(FOREVER).withGroupExpiry(FOREVER), clock);

    @Test
    void messageThatNeverExpiresIsReceived() {
        layer.send("work", Message.of("job"));

        clock.advance(Duration.ofDays(365));

        assertThat(layer.receive("work").toCompletableFuture()).isCompletedWithValue(Message.of("job"));
    }

    @Test
    void membershipThatNeverExpiresReceives() {
        layer.groupAdd("room", "work");

        clock.advance(Duration.ofDays(365));
        layer.groupSend("room", Message.of("job"));

        assertThat(layer.receive("work").toCompletableFuture()).isCompletedWithValue(Message.of("job"));
    }

    @Test
    void messageThatIsNeverDueDelaysNoOther() {
        assertThat(layer.sendLater("work", Message.of("never"), FOREVER).toCompletableFuture())
                .isCompleted();
        layer.sendLater("work", Message.of("soon"), Duration.ofMillis(1));

        Awaitility.await()
                .until(() -> layer.receive("work").toCompletableFuture().isDone());
        layer.close();
    }

    @Test
    @DisplayName("P3: delayed messages are bounded in bytes")
    void boundsDelayedMessages() {
        int bytes = 16 * 1024;
        InMemoryChannelLayer small =
                InMemoryChannelLayer.of(LayerSettings.defaults().withMaxWaitingBytes(20L * bytes));
        Member member = new Member(small, new ManualExecutor());
        int accepted = 0;
        while (accepted < 100
                && !small.sendLater(member.channel(), Message.of("m").with("text", "x".repeat(bytes)), FOREVER)
                        .toCompletableFuture()
                        .isCompletedExceptionally()) {
            accepted++;
        }

        assertThat(accepted).isBetween(9, 10);
        assertThat(small.dropped()).isEqualTo(1);
        small.flush();
        assertThat(small.sendLater(member.channel(), Message.of("m"), FOREVER).toCompletableFuture())
                .isCompleted();
        small.close();
    }
}
