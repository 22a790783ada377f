package io.channels4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.fixture.ManualExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Measures the heap that a layer retains. */
class LayerHeapTest {

    private static final int MESSAGES = 1000;
    private static final int BYTES = 100_000;
    private static final long MAX = 8L << 20;

    private record Said(String user, Map<String, String> text) {}

    private final ManualExecutor loop = new ManualExecutor();

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** Returns a message that shares no object with another message. */
    private static Message message(int number) {
        return Message.of("said", new Said("user" + number, Map.of("text", number + "x".repeat(BYTES))));
    }

    @Test
    @DisplayName("P3: members that do not read pin no more heap than the layer's bound for waiting messages")
    void boundsHeap() {
        InMemoryChannelLayer layer =
                InMemoryChannelLayer.of(LayerSettings.defaults().withMaxWaitingBytes(MAX));
        for (int i = 0; i < 10; i++) {
            new Member(layer, loop).join(layer, "room" + i).stopReading();
        }
        long before = used();

        KeepingSubscriber keeps = new KeepingSubscriber(layer);
        for (int i = 0; i < MESSAGES; i++) {
            layer.groupSend("keeps", message(i));
            layer.groupSend("room" + i % 10, message(i));
            layer.send("work" + i % 10, message(i));
            loop.runAll();
        }

        assertThat(layer.dropped()).isGreaterThan(MESSAGES);
        Awaitility.await().until(() -> used() - before < 2 * MAX); // 300 MB without the bound
        assertThat(keeps.kept()).isPositive();
    }

    /** A subscriber that retains the messages that it does not consume, like a connection's mailbox. */
    private final class KeepingSubscriber {

        private final List<Message> waiting = new ArrayList<>();

        KeepingSubscriber(InMemoryChannelLayer layer) {
            Subscription subscription = layer.subscribe(loop, waiting::add);
            layer.groupAdd("keeps", subscription.channel());
        }

        int kept() {
            return waiting.size();
        }
    }
}
