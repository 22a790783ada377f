package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Message;
import io.channels4j.control.ControlMessages;
import io.channels4j.internal.Stages;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.support.PartialProxy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LayerControlTest {

    private static final Message REVOCATION = Message.of("revocation");

    private static void block(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    @DisplayName("P8: an application that blocks the common pool does not delay revocations")
    void blockedCommonPoolDelaysNothing() {
        CountDownLatch end = new CountDownLatch(1);
        for (int i = 0; i < Math.max(1, ForkJoinPool.getCommonPoolParallelism()); i++) {
            ForkJoinPool.commonPool().execute(() -> block(end));
        }
        try (InMemoryChannelLayer layer = InMemoryChannelLayer.create()) {
            ControlMessages control = LayerControl.of(PartialProxy.of(ChannelLayer.class, layer, Map.of()));
            BlockingQueue<Message> received = new LinkedBlockingQueue<>();
            assertThat(control.subscribe("test", message -> {
                                received.add(message);
                                return Stages.done();
                            })
                            .ready())
                    .succeedsWithin(Duration.ofSeconds(5));

            assertThat(control.send("test", REVOCATION)).succeedsWithin(Duration.ofSeconds(5));
            assertThat(received).hasSize(1);
        } finally {
            end.countDown();
        }
    }
}
