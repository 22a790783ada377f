package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Application;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Message;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.consumer.Interceptor;
import io.channels4j.consumer.Interceptors;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.support.CapturedLog;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.ManualClock;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebsocketConsumer;
import io.channels4j.worker.Worker;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Interceptors around the callbacks of consumers. */
class InterceptorTest {

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> release = new CompletableFuture<>();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();

    /** Records each step as a line. */
    private final class Recording implements Interceptor {

        private final String name;

        Recording(String name) {
            this.name = name;
        }

        @Override
        public Interception start(Callback callback) {
            Thread thread = Thread.currentThread();
            String what = name + callback.consumer().getSimpleName() + "." + callback.name() + " " + callback.type();
            seen.add(what + " started");
            return new Interception() {
                @Override
                public void returned() {
                    seen.add(what + " returned" + (Thread.currentThread() == thread ? "" : " on another thread"));
                }

                @Override
                public void completed(@Nullable Throwable failure) {
                    seen.add(what + (failure == null ? " completed" : " failed: " + failure.getMessage()));
                }
            };
        }
    }

    private WebsocketCommunicator connected(Supplier<? extends Consumer> consumer, Interceptor... interceptors) {
        WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .channelLayer(layer)
                .interceptors(interceptors)
                .build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    private void awaitSeen(String... lines) {
        await().untilAsserted(() -> assertThat(seen).contains(lines));
    }

    class Chat extends AsyncWebsocketConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("room");
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            return switch (text) {
                case "wait" -> release;
                case "fail" -> CompletableFuture.failedFuture(new IllegalStateException("no"));
                case "throw" -> throw new IllegalStateException("thrown");
                default -> send(text);
            };
        }

        @Handles("chat.said")
        CompletionStage<Void> said(Message message) {
            return send(message.getString("text"));
        }

        @Override
        protected CompletionStage<Void> onError(Throwable failure, Event during) {
            return send("failed");
        }
    }

    @Test
    void observesEachCallbackOfWebSocketInOrder() {
        try (WebsocketCommunicator peer = connected(Chat::new, new Recording(""))) {
            peer.sendTo("hello");
            assertThat(peer.receiveFrom()).isEqualTo("hello");
            layer.groupSend("room", Message.of("chat.said").with("text", "hi"));
            assertThat(peer.receiveFrom()).isEqualTo("hi");
        }
        awaitSeen("Chat.disconnect websocket.disconnect completed");

        assertThat(seen)
                .containsExactly(
                        "Chat.connect websocket.connect started",
                        "Chat.connect websocket.connect returned",
                        "Chat.connect websocket.connect completed",
                        "Chat.receive websocket.receive started",
                        "Chat.receive websocket.receive returned",
                        "Chat.receive websocket.receive completed",
                        "Chat.said chat.said started",
                        "Chat.said chat.said returned",
                        "Chat.said chat.said completed",
                        "Chat.disconnect websocket.disconnect started",
                        "Chat.disconnect websocket.disconnect returned",
                        "Chat.disconnect websocket.disconnect completed");
    }

    @Test
    void completesWhenStageOfCallbackCompletesAndBeforeNextCallback() {
        try (WebsocketCommunicator peer = connected(Chat::new, new Recording(""))) {
            peer.sendTo("wait");
            peer.sendTo("next");
            awaitSeen("Chat.receive websocket.receive returned");
            assertThat(seen).doesNotContain("Chat.receive websocket.receive completed");

            release.complete(null);
            assertThat(peer.receiveFrom()).isEqualTo("next");
        }
        assertThat(List.copyOf(seen).subList(3, 7))
                .containsExactly(
                        "Chat.receive websocket.receive started",
                        "Chat.receive websocket.receive returned",
                        "Chat.receive websocket.receive completed",
                        "Chat.receive websocket.receive started");
    }

    @Test
    void reportsFailuresAndOnError() {
        try (WebsocketCommunicator peer = connected(Chat::new, new Recording(""))) {
            peer.sendTo("fail");
            assertThat(peer.receiveFrom()).isEqualTo("failed");
            peer.sendTo("throw");
            assertThat(peer.receiveFrom()).isEqualTo("failed");
        }
        awaitSeen(
                "Chat.receive websocket.receive failed: no",
                "Chat.receive websocket.receive failed: thrown",
                "Chat.onError websocket.receive completed");
    }

    static class Blocked extends WebsocketConsumer {

        @Override
        protected void receive(String text) {
            throw new IllegalStateException(Thread.currentThread().getName().isEmpty() ? "unnamed" : "named");
        }

        @Override
        protected void onError(Throwable failure, Event during) {
            send("failed");
        }
    }

    @Test
    void observesBlockingConsumers() {
        try (WebsocketCommunicator peer = connected(Blocked::new, new Recording(""))) {
            peer.sendTo("hello");
            assertThat(peer.receiveFrom()).isEqualTo("failed");
        }
        awaitSeen(
                "Blocked.connect websocket.connect completed",
                "Blocked.receive websocket.receive returned",
                "Blocked.receive websocket.receive failed: named",
                "Blocked.onError websocket.receive completed",
                "Blocked.disconnect websocket.disconnect completed");
    }

    @Test
    void nestsSeveralInterceptors() {
        try (WebsocketCommunicator peer = connected(Chat::new, new Recording("outer "), new Recording("inner "))) {
            assertThat(peer.receiveNothing()).isTrue();
            assertThat(seen)
                    .containsExactly(
                            "outer Chat.connect websocket.connect started",
                            "inner Chat.connect websocket.connect started",
                            "inner Chat.connect websocket.connect returned",
                            "outer Chat.connect websocket.connect returned",
                            "inner Chat.connect websocket.connect completed",
                            "outer Chat.connect websocket.connect completed");
        }
    }

    @Test
    void middlewareAddsInterceptorInsideThoseOfServer() {
        Application application = Consumer.application(Chat::new)
                .behind(inner -> (scope, receiver, sender) -> inner.handle(
                        scope.with(Interceptors.KEY, Interceptors.from(scope).and(new Recording("mine "))),
                        receiver,
                        sender));
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(application, "/")
                .interceptors(new Recording("server "))
                .build()) {
            assertThat(peer.connect().accepted()).isTrue();
            assertThat(List.copyOf(seen).subList(0, 2))
                    .containsExactly(
                            "server Chat.connect websocket.connect started",
                            "mine Chat.connect websocket.connect started");
        }
    }

    /** Fails in every method. */
    private static final class Broken implements Interceptor {

        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public Interception start(Callback callback) {
            if (calls.incrementAndGet() == 1) {
                throw new IllegalStateException("broken");
            }
            return new Interception() {
                @Override
                public void returned() {
                    throw new IllegalStateException("broken");
                }

                @Override
                public void completed(@Nullable Throwable failure) {
                    throw new IllegalStateException("broken");
                }
            };
        }
    }

    @Test
    void interceptorThatThrowsIsLoggedOnceAndDoesNotAffectConsumer() {
        try (CapturedLog log = CapturedLog.of(Interceptor.class.getName())) {
            try (WebsocketCommunicator peer = connected(Chat::new, new Broken(), new Recording(""))) {
                peer.sendTo("hello");
                assertThat(peer.receiveFrom()).isEqualTo("hello");
            }
            awaitSeen("Chat.disconnect websocket.disconnect completed");
            assertThat(log.messages(Level.ERROR)).hasSize(1).allMatch(line -> line.contains(Broken.class.getName()));
        }
    }

    static class Heart extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            every(Duration.ofSeconds(30), () -> send("beat"));
            return accept();
        }
    }

    @Test
    void observesTimers() {
        ManualClock clock = ManualClock.create();
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(Heart::new), "/")
                .clock(clock)
                .interceptors(new Recording(""))
                .build()) {
            assertThat(peer.connect().accepted()).isTrue();
            clock.advance(Duration.ofSeconds(30));
            assertThat(peer.receiveFrom()).isEqualTo("beat");
            awaitSeen("Heart.timer timer started", "Heart.timer timer returned", "Heart.timer timer completed");
        }
    }

    static class Moves extends AsyncJsonWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receiveJson(JsonNode json) {
            return sendJson(json);
        }
    }

    @Test
    void namesCallbackOfJsonConsumerAndUnhandledMessage() {
        try (WebsocketCommunicator peer = connected(Moves::new, new Recording(""))) {
            peer.sendTo("{}");
            assertThat(peer.receiveFrom()).isEqualTo("{}");
        }
        awaitSeen("Moves.receiveJson websocket.receive completed");
    }

    static class Page extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return sendResponse(200, "ok");
        }
    }

    @Test
    void observesHttp() {
        HttpCommunicator.Response response = HttpCommunicator.builder(Consumer.application(Page::new), "GET", "/")
                .interceptors(new Recording(""))
                .build()
                .getResponse();

        assertThat(response.status()).isEqualTo(200);
        awaitSeen("Page.handle http.request completed", "Page.disconnect http.disconnect completed");
    }

    static class Jobs extends AsyncConsumer {

        @Handles("job.add")
        CompletionStage<Void> add() {
            return CompletableFuture.completedFuture(null);
        }

        @Handles("job.bad")
        CompletionStage<Void> bad() {
            return CompletableFuture.failedFuture(new IllegalStateException("bad job"));
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void observesMessagesOfWorker() {
        Worker worker = Worker.builder(Consumer.application(Jobs::new), layer)
                .channels("jobs")
                .interceptors(new Recording(""))
                .start();
        try (worker) {
            layer.send("jobs", Message.of("job.add"));
            layer.send("jobs", Message.of("job.bad"));
            awaitSeen(
                    "Jobs.add job.add completed",
                    "Jobs.bad job.bad failed: bad job",
                    "Jobs.disconnect channel.disconnect completed");
        }
    }
}
