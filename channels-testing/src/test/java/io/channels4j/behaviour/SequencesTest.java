package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.ChannelsException;
import io.channels4j.Event;
import io.channels4j.concurrent.NonBlocking;
import io.channels4j.consumer.Consumer;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.JsonWebsocketConsumer;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** {@code inOrder}, {@code done} and {@code sendAllJson}. */
class SequencesTest {

    private final ExecutorService elsewhere = Executors.newSingleThreadExecutor();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    @AfterEach
    void shutDown() {
        elsewhere.shutdownNow();
    }

    private static WebsocketCommunicator connected(Supplier<? extends Consumer> consumer) {
        WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .timeout(Duration.ofSeconds(10))
                .build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    private CompletionStage<String> step(String name) {
        seen.add(name);
        return CompletableFuture.completedFuture(name);
    }

    /** A step whose stage completes on another thread. */
    private CompletionStage<String> slowStep(String name) {
        return CompletableFuture.supplyAsync(
                () -> {
                    seen.add(name);
                    return name;
                },
                elsewhere);
    }

    @Test
    @DisplayName("inOrder runs steps one after the other, also if their stages complete on other threads")
    void runsStepsInOrder() {
        class Steps extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> connect() {
                return inOrder(() -> step("join"), this::accept, () -> slowStep("load"), this::greet);
            }

            private CompletionStage<Void> greet() {
                seen.add(Thread.currentThread() instanceof NonBlocking ? "on the executor" : "elsewhere");
                return send("hello");
            }
        }
        try (WebsocketCommunicator peer = connected(Steps::new)) {
            assertThat(peer.receiveFrom()).isEqualTo("hello");
        }
        assertThat(seen).containsExactly("join", "load", "on the executor");
    }

    @Test
    @DisplayName("inOrder stops at the first failure, which is the failure of the callback")
    void stopsAtTheFirstFailure() {
        class Steps extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> receive(String text) {
                return switch (text) {
                    case "thrown" ->
                        inOrder(
                                () -> step("first"),
                                () -> {
                                    throw new IllegalStateException("thrown");
                                },
                                () -> step("never"));
                    case "null" -> inOrder(() -> null, () -> step("never"));
                    default ->
                        inOrder(
                                () -> slowStep("first"),
                                () -> CompletableFuture.failedFuture(new IllegalStateException("failed")),
                                () -> step("never"));
                };
            }

            @Override
            protected CompletionStage<Void> onError(Throwable failure, Event during) {
                return send(failure.getMessage());
            }
        }
        try (WebsocketCommunicator peer = connected(Steps::new)) {
            peer.sendTo("thrown");
            assertThat(peer.receiveFrom()).isEqualTo("thrown");
            peer.sendTo("failed");
            assertThat(peer.receiveFrom()).isEqualTo("failed");
            peer.sendTo("null");
            assertThat(peer.receiveFrom()).isEqualTo("inOrder: a step returned null (expected: a stage)");
        }
        assertThat(seen).containsExactly("first", "first");
    }

    @Test
    @DisplayName("100,000 steps do not grow the stack; no steps are done")
    void aLongSequenceDoesNotGrowTheStack() {
        class Steps extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> receive(String text) {
                Supplier<CompletionStage<?>> slow = () -> CompletableFuture.runAsync(() -> {}, elsewhere);
                Supplier<CompletionStage<?>> fast = () -> done();
                List<Supplier<CompletionStage<?>>> steps =
                        Collections.nCopies(100_000, text.equals("slow") ? slow : fast);
                @SuppressWarnings({"unchecked", "rawtypes"})
                CompletionStage<Void> all = inOrder(steps.toArray(new Supplier[0]));
                return inOrder().thenCompose(nothing -> all).thenCompose(nothing -> send(text));
            }
        }
        try (WebsocketCommunicator peer = connected(Steps::new)) {
            peer.sendTo("fast");
            assertThat(peer.receiveFrom()).isEqualTo("fast");
            peer.sendTo("slow");
            assertThat(peer.receiveFrom()).isEqualTo("slow");
        }
    }

    static final class AsyncHistory extends AsyncJsonWebsocketConsumer {
        @Override
        protected CompletionStage<Void> connect() {
            return inOrder(this::accept, () -> sendAllJson(List.of(1, "two", List.of(3))));
        }
    }

    static final class History extends JsonWebsocketConsumer {
        @Override
        protected void connect() {
            accept();
            sendAllJson(List.of(1, "two", List.of(3)));
        }
    }

    static Stream<Supplier<Consumer>> histories() {
        return Stream.of(AsyncHistory::new, History::new);
    }

    @ParameterizedTest
    @MethodSource("histories")
    @DisplayName("sendAllJson sends each item as a message, in order")
    void sendsEachItem(Supplier<Consumer> consumer) {
        try (WebsocketCommunicator peer = connected(consumer)) {
            assertThat(peer.receiveFrom()).isEqualTo("1");
            assertThat(peer.receiveFrom()).isEqualTo("\"two\"");
            assertThat(peer.receiveFrom()).isEqualTo("[3]");
        }
    }

    @Test
    @DisplayName("sendAllJson fails with the first item that cannot be encoded")
    void failsWithTheFirstItem() {
        class Broken extends AsyncJsonWebsocketConsumer {
            @Override
            protected CompletionStage<Void> receiveJson(JsonNode json) {
                return sendAllJson(List.of(
                        "sent",
                        new Object() {
                            @SuppressWarnings({"unused", "EffectivelyPrivate"}) // called by Jackson
                            public String getBad() {
                                throw new ChannelsException("cannot be encoded");
                            }
                        },
                        "never"));
            }
        }
        try (WebsocketCommunicator peer = connected(Broken::new)) {
            peer.sendTo("\"go\"");
            assertThat(peer.receiveFrom()).isEqualTo("\"sent\"");
            assertThatThrownBy(peer::receiveClose).hasMessageContaining("cannot be encoded");
        }
    }
}
