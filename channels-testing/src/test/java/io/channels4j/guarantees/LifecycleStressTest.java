package io.channels4j.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Disconnect;
import io.channels4j.Message;
import io.channels4j.concurrent.Blocking;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests many concurrent connections that end in different ways. */
class LifecycleStressTest {

    private static final int CONNECTIONS = 3_000;
    private static final int THREADS = 8;
    private static final Message BREAK = Message.of("break");

    private final long seed = System.nanoTime();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final AtomicInteger connects = new AtomicInteger();
    private final AtomicInteger disconnects = new AtomicInteger();
    private final AtomicInteger secondDisconnects = new AtomicInteger();

    private void onConnect() {
        connects.incrementAndGet();
    }

    private void onDisconnect(AtomicInteger endsOfThis) {
        disconnects.incrementAndGet();
        if (endsOfThis.incrementAndGet() > 1) {
            secondDisconnects.incrementAndGet();
        }
    }

    class Async extends AsyncWebsocketConsumer {

        private final AtomicInteger ends = new AtomicInteger();

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Override
        protected CompletionStage<Void> connect() {
            onConnect();
            return switch (scope().queryString()) {
                case "throw" -> throw new IllegalStateException("broken");
                case "refuse" -> close();
                case "reject" -> reject(401, "no");
                default -> accept();
            };
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return switch (text) {
                case "throw" -> throw new IllegalStateException("broken");
                case "close" -> close();
                case "later" -> Blocking.run(() -> {});
                default -> groupSend("room", BREAK);
            };
        }

        @Handles("break")
        void breakNow() {
            if (ends.get() == 0 && scope().queryString().equals("fragile")) {
                throw new IllegalStateException("broken");
            }
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            onDisconnect(ends);
            return CompletableFuture.completedFuture(null);
        }
    }

    class Sync extends WebsocketConsumer {

        private final AtomicInteger ends = new AtomicInteger();

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Override
        protected void connect() {
            onConnect();
            switch (scope().queryString()) {
                case "throw" -> throw new IllegalStateException("broken");
                case "refuse" -> close();
                case "reject" -> reject(401, "no");
                default -> accept();
            }
        }

        @Override
        protected void receive(String text) {
            switch (text) {
                case "throw" -> throw new IllegalStateException("broken");
                case "close" -> close();
                case "later" -> Thread.onSpinWait();
                default -> groupSend("room", BREAK);
            }
        }

        @Handles("break")
        void breakNow() {
            if (ends.get() == 0 && scope().queryString().equals("fragile")) {
                throw new IllegalStateException("broken");
            }
        }

        @Override
        protected void disconnect(Disconnect why) {
            onDisconnect(ends);
        }
    }

    @Test
    @DisplayName("P2: each of 3,000 connections is disconnected once, however it ends, and leaks nothing")
    void disconnectsEveryConnectionOnce() throws Exception {
        ExecutorService peers = Executors.newFixedThreadPool(THREADS);
        List<Future<?>> runs = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Random random = new Random(seed + i);
            runs.add(peers.submit(() -> {
                for (int k = 0; k < CONNECTIONS / THREADS; k++) {
                    runConnection(random);
                }
            }));
        }
        for (Future<?> run : runs) {
            run.get();
        }
        peers.shutdown();

        assertThat(connects).as("seed %d", seed).hasValue(CONNECTIONS);
        assertThat(disconnects).as("seed %d", seed).hasValue(CONNECTIONS);
        assertThat(secondDisconnects).as("seed %d", seed).hasValue(0);
        assertThat(layer.groupCount()).isZero();
        assertThat(layer.channelCount()).isZero();
        layer.close();
    }

    private void runConnection(Random random) {
        String query = pick(random, "throw", "refuse", "reject", "fragile", "", "", "");
        WebsocketCommunicator peer = WebsocketCommunicator.builder(
                        Consumer.application(random.nextBoolean() ? Async::new : Sync::new), "/?" + query)
                .channelLayer(layer)
                .timeout(Duration.ofSeconds(20))
                .build();
        try (peer) {
            if (peer.connect().accepted()) {
                for (int i = random.nextInt(4); i > 0; i--) {
                    peer.sendTo(pick(random, "throw", "close", "later", "group"));
                }
                if (random.nextBoolean()) {
                    peer.disconnect(1006);
                }
            }
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("broken");
        }
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
