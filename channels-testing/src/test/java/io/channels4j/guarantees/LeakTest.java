package io.channels4j.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Disconnect;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.lang.ref.WeakReference;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Closed connections leak nothing, however they end. */
class LeakTest {

    private static final int CONNECTIONS = 100_000;
    private static final int THREADS = 4;
    private static final int SAMPLED = 100;
    private static final Message HELLO = Message.of("hello");

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final AtomicInteger connects = new AtomicInteger();
    private final AtomicInteger disconnects = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final Queue<WeakReference<Object>> sample = new ConcurrentLinkedQueue<>();

    private static final class Broken extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Broken() {
            super("broken on purpose", null, false, false);
        }
    }

    private final class Visitor extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room." + scope().queryString(), "hall." + connects.get() % 100);
        }

        @Override
        protected CompletionStage<Void> connect() {
            if (connects.incrementAndGet() % SAMPLED == 0) {
                sample.add(new WeakReference<>(this));
            }
            return accept();
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            throw new Broken();
        }

        @Handles("hello")
        private CompletionStage<Void> hello() {
            return send("hello");
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            disconnects.incrementAndGet();
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    @DisplayName("P2: 100,000 connections, half of which fail, leak no group, channel, mailbox or timer")
    void leaksNothing() {
        IntStream.range(0, THREADS)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> visit(thread)))
                .toList()
                .forEach(CompletableFuture::join);

        assertThat(connects).hasValue(CONNECTIONS);
        assertThat(failures).hasValue(CONNECTIONS / 2);
        await().untilAsserted(() -> assertThat(disconnects).hasValue(CONNECTIONS));
        assertThat(layer.groupCount()).isZero();
        assertThat(layer.channelCount()).isZero();
        assertThat(sample).hasSize(CONNECTIONS / SAMPLED);
        // a leaked mailbox, timer or membership would keep its consumer reachable
        await().untilAsserted(() -> {
            System.gc();
            assertThat(sample).allMatch(consumer -> consumer.refersTo(null));
        });
        layer.close();
    }

    private void visit(int thread) {
        for (int i = 0; i < CONNECTIONS / THREADS; i++) {
            try (WebsocketCommunicator peer = WebsocketCommunicator.builder(
                            Consumer.application(Visitor::new), "/?" + thread)
                    .channelLayer(layer)
                    .build()) {
                peer.connect();
                if (i % 2 == 0) {
                    layer.groupSend("room." + thread, HELLO);
                    peer.sendTo("break");
                    peer.receiveFrom(); // the message to the room, unless the failure is thrown first
                    peer.receiveClose();
                }
            } catch (Broken expected) {
                failures.incrementAndGet();
            }
        }
    }
}
