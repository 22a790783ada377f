package io.channels4j.layer;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.channels4j.Message;
import io.channels4j.fixture.FakeClock;
import io.channels4j.fixture.ManualExecutor;
import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.support.CapturedLog;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests the reports of dropped messages to layer listeners. */
class LayerDropsTest {

    private static final int KIB = 1024;

    private final FakeClock clock = new FakeClock();
    private final ManualExecutor loop = new ManualExecutor();
    private final Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);

    private final class Recorder implements LayerListener {

        @Override
        public void dropped(DropReason reason, long messages) {
            drops.merge(reason, messages, Long::sum);
        }
    }

    private InMemoryChannelLayer layer(LayerSettings settings) {
        return InMemoryChannelLayer.of(settings, clock, List.of(new Recorder()));
    }

    private static Message message(int bytes) {
        return Message.of("m").with("text", "x".repeat(bytes));
    }

    private void assertReported(InMemoryChannelLayer layer, DropReason reason, long messages) {
        assertThat(drops).containsExactly(Map.entry(reason, messages));
        assertThat(layer.dropped()).isEqualTo(messages);
    }

    @Test
    @DisplayName("P3: drops in a full channel are reported")
    void reportsFullChannels() {
        InMemoryChannelLayer layer = layer(LayerSettings.defaults().withCapacity(2));

        for (int i = 0; i < 5; i++) {
            layer.send("jobs", message(1));
        }

        assertReported(layer, DropReason.FULL, 3);
    }

    @Test
    @DisplayName("P3: a group's message is reported once per member that does not receive it")
    void reportsEachMember() {
        InMemoryChannelLayer layer = layer(LayerSettings.defaults().withCapacity(2));
        new Member(layer, loop).join(layer, "room").stopReading();
        new Member(layer, loop).join(layer, "room").stopReading();

        for (int i = 0; i < 3; i++) {
            layer.groupSend("room", message(1));
            loop.runAll();
        }

        assertReported(layer, DropReason.FULL, 2);
    }

    @Test
    @DisplayName("P3: drops because of a channel's size are reported")
    void reportsChannelBytes() {
        InMemoryChannelLayer layer = layer(LayerSettings.defaults().withMaxChannelBytes(64 * KIB));

        for (int i = 0; i < 4; i++) {
            layer.send("jobs", message(40 * KIB));
        }

        assertReported(layer, DropReason.CHANNEL_BYTES, 3);
    }

    @Test
    @DisplayName("P3: drops in the largest backlog because of the size of all messages are reported")
    void reportsTotalBytes() {
        InMemoryChannelLayer layer = layer(LayerSettings.defaults().withMaxWaitingBytes(128 * KIB));

        for (int i = 0; i < 4; i++) {
            layer.send("jobs", message(50 * KIB));
        }

        assertThat(drops).containsOnlyKeys(DropReason.TOTAL_BYTES);
        assertThat(layer.dropped()).isEqualTo(drops.get(DropReason.TOTAL_BYTES));
    }

    @Test
    @DisplayName("P3: messages that expire unread are reported")
    void reportsExpiredMessages() {
        InMemoryChannelLayer layer = layer(LayerSettings.defaults().withExpiry(Duration.ofSeconds(1)));
        layer.send("jobs", message(1));
        layer.send("jobs", message(1));

        clock.advance(Duration.ofSeconds(2));
        layer.receive("other");

        assertReported(layer, DropReason.EXPIRED, 2);
    }

    @Test
    @DisplayName("P3: messages to a connection that has ended are reported")
    void reportsMessagesWithoutReceiver() {
        InMemoryChannelLayer layer = layer(LayerSettings.defaults());
        Member ended = new Member(layer, loop);
        ended.close();

        layer.send(ended.channel(), message(1));

        assertReported(layer, DropReason.NO_RECEIVER, 1);
    }

    @Test
    @DisplayName("a listener is called without a lock: another thread can use the channel meanwhile")
    void callsListenersWithoutALock() throws Exception {
        CompletableFuture<Boolean> returned = new CompletableFuture<>();
        CompletableFuture<InMemoryChannelLayer> created = new CompletableFuture<>();
        InMemoryChannelLayer layer =
                InMemoryChannelLayer.of(LayerSettings.defaults().withCapacity(1), new LayerListener() {
                    @Override
                    public void dropped(DropReason reason, long messages) {
                        returned.complete(returnsInTime(
                                CompletableFuture.runAsync(() -> created.join().receive("jobs"))));
                    }
                });
        created.complete(layer);

        layer.send("jobs", message(1));
        layer.send("jobs", message(1));

        assertThat(returned.get(10, SECONDS)).isTrue();
    }

    private static boolean returnsInTime(CompletableFuture<Void> other) {
        try {
            other.get(5, SECONDS);
            return true;
        } catch (Exception blocked) {
            return false;
        }
    }

    @Test
    @DisplayName("a listener that fails does not affect the sender or other listeners")
    void survivesAFailingListener() {
        LayerListener failing = new LayerListener() {
            @Override
            public void dropped(DropReason reason, long messages) {
                throw new IllegalStateException("test");
            }
        };
        try (CapturedLog log = CapturedLog.of("io.channels4j.layer")) {
            InMemoryChannelLayer layer = InMemoryChannelLayer.of(
                    LayerSettings.defaults().withCapacity(1), clock, List.of(failing, new Recorder()));
            layer.send("jobs", message(1));

            assertThat(layer.send("jobs", message(1)))
                    .failsWithin(Duration.ofSeconds(5))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(ChannelFullException.class);
            assertThat(log.messages(Level.ERROR)).containsExactly("layer listener failed");
        }
        assertThat(drops).containsExactly(Map.entry(DropReason.FULL, 1L));
    }
}
