package io.channels4j.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.concurrent.Blocking;
import io.channels4j.concurrent.NonBlocking;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebSocketConnect;
import io.channels4j.websocket.WebSocketDisconnect;
import io.channels4j.websocket.WebSocketReceive;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Callbacks of one consumer run one at a time and in order, on the consumer's executor. */
class CallbackOrderTest {

    private static final int CALLBACKS = 100_000;

    private final ExecutorService otherThreads = Executors.newFixedThreadPool(4);
    private final BlockingQueue<Thread> threads = new LinkedBlockingQueue<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger maxRunning = new AtomicInteger();

    @AfterEach
    void shutDown() {
        otherThreads.shutdownNow();
    }

    private void enter() {
        threads.add(Thread.currentThread());
        maxRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
    }

    private static WebsocketCommunicator connected(Supplier<? extends Consumer> consumer) {
        WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .timeout(Duration.ofSeconds(20))
                .build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    private static List<String> numbers(int end) {
        return IntStream.range(0, end).mapToObj(Integer::toString).toList();
    }

    private static List<String> receive(WebsocketCommunicator peer, int messages) {
        List<String> received = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            received.add(peer.receiveFrom());
        }
        return received;
    }

    /** A consumer whose stages complete on other threads. */
    class CompletingElsewhere extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return answer(text);
        }

        @Handles("chat.said")
        CompletionStage<Void> said(Message message) {
            return answer(message.getString("text"));
        }

        private CompletionStage<Void> answer(String text) {
            enter();
            return CompletableFuture.runAsync(
                    () -> {
                        running.decrementAndGet();
                        send(text);
                    },
                    otherThreads);
        }
    }

    @Test
    @DisplayName("callbacks run one at a time and in order, whichever thread completes a stage")
    void callbacksRunOneAtATime() {
        try (WebsocketCommunicator peer = connected(CompletingElsewhere::new)) {
            numbers(500).forEach(peer::sendTo);

            assertThat(receive(peer, 500)).isEqualTo(numbers(500));
        }

        assertThat(maxRunning).hasValue(1);
        assertThat(threads).allMatch(NonBlocking.class::isInstance);
    }

    @Test
    @DisplayName("client messages and layer messages are each handled in order and never concurrently")
    void clientAndLayerMessagesDoNotOverlap() {
        try (WebsocketCommunicator peer = connected(CompletingElsewhere::new)) {
            for (int i = 0; i < 200; i++) {
                peer.sendTo("client " + i);
                peer.channelLayer().groupSend("room", Message.of("chat.said").with("text", "layer " + i));
            }

            List<String> received = receive(peer, 400);
            for (String kind : List.of("client ", "layer ")) {
                assertThat(received.stream().filter(text -> text.startsWith(kind)))
                        .containsExactlyElementsOf(
                                numbers(200).stream().map(kind::concat).toList());
            }
        }

        assertThat(maxRunning).hasValue(1);
    }

    @Test
    @DisplayName("callbacks of a blocking consumer run one at a time and in order, never on a non-blocking thread")
    void blockingCallbacksRunOneAtATime() {
        class Sync extends WebsocketConsumer {
            @Override
            protected void receive(String text) {
                enter();
                send(text);
                running.decrementAndGet();
            }
        }
        try (WebsocketCommunicator peer = connected(Sync::new)) {
            numbers(500).forEach(peer::sendTo);

            assertThat(receive(peer, 500)).isEqualTo(numbers(500));
        }

        assertThat(maxRunning).hasValue(1);
        assertThat(threads).noneMatch(NonBlocking.class::isInstance);
    }

    @Test
    @DisplayName("stages returned by Blocking complete on the consumer's executor")
    void blockingStagesCompleteOnTheExecutor() {
        class Worker extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> receive(String text) {
                return Blocking.call(() -> {
                            threads.add(Thread.currentThread());
                            return text;
                        })
                        .thenCompose(result -> {
                            threads.add(Thread.currentThread());
                            return send(result);
                        });
            }
        }
        try (WebsocketCommunicator peer = connected(Worker::new)) {
            peer.sendTo("hello");

            assertThat(peer.receiveFrom()).isEqualTo("hello");
        }

        assertThat(threads)
                .satisfiesExactly(
                        worker -> assertThat(worker).isNotInstanceOf(NonBlocking.class),
                        home -> assertThat(home).isInstanceOf(NonBlocking.class));
    }

    @Test
    @DisplayName("P1: sends ordered by happens-before are sent in that order, from any threads")
    void sendsFromManyThreadsKeepTheirOrder() {
        class Relay extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> receive(String text) {
                CompletionStage<Void> chain = CompletableFuture.completedFuture(null);
                for (String number : numbers(500)) {
                    chain = chain.thenRunAsync(() -> send(number), otherThreads);
                }
                return chain;
            }
        }
        try (WebsocketCommunicator peer = connected(Relay::new)) {
            peer.sendTo("go");

            assertThat(receive(peer, 500)).isEqualTo(numbers(500));
        }
    }

    @Test
    @DisplayName("100,000 callbacks with completed stages do not grow the stack")
    void completedStagesDoNotGrowStack() {
        AtomicInteger handled = new AtomicInteger();
        class Counting extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> receive(String text) {
                handled.incrementAndGet();
                return CompletableFuture.completedFuture(null);
            }
        }

        CompletionStage<Void> end = new Counting().serve(scope(), ready(CALLBACKS), event -> done());

        assertThat(end).succeedsWithin(Duration.ofSeconds(20));
        assertThat(handled).hasValue(CALLBACKS);
    }

    @Test
    @DisplayName("20,000 callbacks whose stages complete later do not grow the stack")
    void laterStagesDoNotGrowStack() {
        AtomicInteger handled = new AtomicInteger();
        class Counting extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> receive(String text) {
                return CompletableFuture.runAsync(handled::incrementAndGet, otherThreads)
                        .thenCompose(counted -> send(text));
            }
        }

        CompletionStage<Void> end = new Counting().serve(scope(), ready(CALLBACKS / 5), event -> done());

        assertThat(end).succeedsWithin(Duration.ofSeconds(30));
        assertThat(handled).hasValue(CALLBACKS / 5);
    }

    static final class Loop extends AsyncWebsocketConsumer {
        @Override
        protected CompletionStage<Void> receive(String text) {
            return channelLayer().send(channelName(), Message.of("count").with("n", 0));
        }

        @Handles("count")
        CompletionStage<Void> count(Message message) {
            int n = message.getInt("n");
            return n == CALLBACKS / 10
                    ? send("counted")
                    : channelLayer().send(channelName(), Message.of("count").with("n", n + 1));
        }
    }

    @Test
    @DisplayName("a chain of messages from a consumer to itself does not grow the stack")
    void messagesToItselfDoNotGrowStack() {
        try (WebsocketCommunicator peer = connected(Loop::new)) {
            peer.sendTo("go");

            assertThat(peer.receiveFrom()).isEqualTo("counted");
        }
    }

    private Scope scope() {
        return Scope.builder("websocket")
                .executor(Executors.newSingleThreadExecutor(task -> {
                    Thread thread = new Thread(task);
                    thread.setDaemon(true);
                    return thread;
                }))
                .build();
    }

    private static CompletionStage<Void> done() {
        return CompletableFuture.completedFuture(null);
    }

    /** Returns a receiver whose events are all available immediately. */
    private static Receiver ready(int messages) {
        AtomicInteger given = new AtomicInteger(-1);
        return () -> CompletableFuture.completedFuture(event(given.getAndIncrement(), messages));
    }

    private static Event event(int number, int messages) {
        if (number < 0) {
            return new WebSocketConnect();
        }
        return number < messages ? WebSocketReceive.text(Integer.toString(number)) : new WebSocketDisconnect(1000, "");
    }
}
