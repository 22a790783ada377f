package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.Broadcast;
import io.channels4j.ConnectionClosedException;
import io.channels4j.Disconnect;
import io.channels4j.Headers;
import io.channels4j.Message;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.http.AsyncSseConsumer;
import io.channels4j.http.ServerSentEvent;
import io.channels4j.http.SseConsumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.HttpCommunicator.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests server-sent events from asynchronous and blocking consumers. */
class SseConsumerTest {

    private static final String BEGIN = ":\n\n";

    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final Queue<Disconnect> ends = new ConcurrentLinkedQueue<>();

    /** The kind of consumer under test. */
    enum Kind {
        ASYNC {
            @Override
            Consumer consumer(SseConsumerTest test) {
                return test.new News();
            }
        },
        BLOCKING {
            @Override
            Consumer consumer(SseConsumerTest test) {
                return test.new BlockingNews();
            }
        };

        abstract Consumer consumer(SseConsumerTest test);
    }

    class News extends AsyncSseConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("news");
        }

        @Override
        protected CompletionStage<Void> connect() {
            return switch (scope().path()) {
                case "/private" -> reject(403, "members only");
                case "/over" -> reject(204, Headers.empty(), new byte[0]);
                case "/own" -> accept(Headers.of("x-room", "7"));
                case "/back" -> accept().thenCompose(begun -> send(lastEventId().orElse("none")));
                case "/broken" -> throw new IllegalStateException("broken");
                default -> super.connect();
            };
        }

        @Override
        protected Duration heartbeat() {
            return scope().path().equals("/beating") ? Duration.ofMillis(5) : super.heartbeat();
        }

        @Handles("news.story")
        CompletionStage<Void> story(Message story) {
            return send(ServerSentEvent.of(story.getString("text")).withId("1").withEvent("story"));
        }

        CompletionStage<Void> publish(String text) {
            return send(text);
        }

        @Handles("news.end")
        CompletionStage<Void> end() {
            return close();
        }

        @Handles("news.bad")
        CompletionStage<Void> bad() {
            throw new IllegalStateException("bad news");
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            ends.add(why);
            return super.disconnect(why);
        }
    }

    class BlockingNews extends SseConsumer {

        @Override
        protected Set<String> groups() {
            return Set.of("news");
        }

        @Override
        protected void connect() {
            switch (scope().path()) {
                case "/private" -> reject(403, "members only");
                case "/over" -> reject(204, Headers.empty(), new byte[0]);
                case "/own" -> accept(Headers.of("x-room", "7"));
                case "/back" -> {
                    accept();
                    send(lastEventId().orElse("none"));
                }
                case "/broken" -> throw new IllegalStateException("broken");
                default -> super.connect();
            }
        }

        @Override
        protected Duration heartbeat() {
            return scope().path().equals("/beating") ? Duration.ofMillis(5) : super.heartbeat();
        }

        @Handles("news.story")
        void story(Message story) {
            send(ServerSentEvent.of(story.getString("text")).withId("1").withEvent("story"));
        }

        @Handles("news.end")
        void end() {
            close();
        }

        @Handles("news.bad")
        void bad() {
            throw new IllegalStateException("bad news");
        }

        @Override
        protected void disconnect(Disconnect why) {
            ends.add(why);
        }
    }

    @AfterEach
    void closeLayer() {
        layer.close();
    }

    @ParameterizedTest
    @EnumSource
    void acceptsByDefault(Kind kind) {
        try (HttpCommunicator browser = browser(kind, "/news")) {
            Response head = browser.receiveHead();

            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers().first("content-type")).contains("text/event-stream");
            assertThat(head.headers().first("cache-control")).contains("no-store");
            assertThat(head.headers().first("x-accel-buffering")).contains("no");
            assertThat(browser.receivePart()).asString().isEqualTo(BEGIN);
            assertThat(browser.receiveNothing()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void acceptsWithCustomHeaders(Kind kind) {
        try (HttpCommunicator browser = browser(kind, "/own")) {
            assertThat(browser.receiveHead().headers().first("x-room")).contains("7");
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsEventFromHandler(Kind kind) {
        try (HttpCommunicator browser = listening(kind, "/news")) {
            layer.groupSend("news", Message.of("news.story").with("text", "Rain\nin Spain"));

            assertThat(browser.receivePart())
                    .asString()
                    .isEqualTo("id: 1\nevent: story\ndata: Rain\ndata: in Spain\n\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendsBroadcastsAsDataInOrder(Kind kind) {
        try (HttpCommunicator browser = listening(kind, "/news")) {
            layer.groupSend("news", Message.of("news.story").with("text", "first"));
            layer.groupSend("news", Broadcast.json(Set.of("second")));
            layer.groupSend("news", Message.of("news.story").with("text", "third"));

            assertThat(browser.receivePart()).asString().contains("first");
            assertThat(browser.receivePart()).asString().isEqualTo("data: [\"second\"]\n\n");
            assertThat(browser.receivePart()).asString().contains("third");
        }
    }

    @ParameterizedTest
    @EnumSource
    void rejectsWithStatus(Kind kind) {
        try (HttpCommunicator browser = browser(kind, "/private")) {
            Response rejection = browser.getResponse();

            assertThat(rejection.status()).isEqualTo(403);
            assertThat(rejection.text()).isEqualTo("members only");
        }
        assertThat(layer.groupCount()).isZero();
        assertThat(ends).containsExactly(Disconnect.of("response complete"));
    }

    @ParameterizedTest
    @EnumSource
    void stopsReconnectionOfTheBrowser(Kind kind) {
        try (HttpCommunicator browser = browser(kind, "/over")) {
            Response noContent = browser.getResponse();

            assertThat(noContent.status()).isEqualTo(204);
            assertThat(noContent.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void readsLastEventIdAsUtf8(Kind kind) {
        String utf8InHeaderEncoding = new String("grün".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
        try (HttpCommunicator browser = builder(kind, "/back")
                .header("Last-Event-ID", utf8InHeaderEncoding)
                .build()) {
            assertThat(browser.receivePart()).asString().isEqualTo(BEGIN);
            assertThat(browser.receivePart()).asString().isEqualTo("data: grün\n\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void hasNoLastEventIdOnTheFirstRequest(Kind kind) {
        try (HttpCommunicator browser = listening(kind, "/back")) {
            assertThat(browser.receivePart()).asString().isEqualTo("data: none\n\n");
        }
    }

    @ParameterizedTest
    @EnumSource
    void endsTheStreamOnClose(Kind kind) {
        try (HttpCommunicator browser = listening(kind, "/news")) {
            layer.groupSend("news", Message.of("news.end"));

            assertThat(browser.getResponse().body()).isEmpty();
        }
        assertThat(ends).containsExactly(Disconnect.of("response complete"));
        assertThat(layer.groupCount()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("P2: disconnects once when the browser leaves, and leaves the groups first")
    void disconnectsOnceWhenBrowserLeaves(Kind kind) {
        HttpCommunicator browser = listening(kind, "/news");

        browser.disconnect();
        layer.groupSend("news", Message.of("news.story").with("text", "late"));

        assertThat(ends).containsExactly(Disconnect.of("the peer left"));
        assertThat(layer.groupCount()).isZero();
        assertThat(browser.receiveNothing()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void respondsWith500ToAFailureBeforeTheStream(Kind kind) {
        HttpCommunicator browser = browser(kind, "/broken");

        assertThatThrownBy(browser::receiveHead)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("broken");

        assertThat(browser.receiveHead().status()).isEqualTo(500);
        assertThat(ends)
                .singleElement()
                .satisfies(why -> assertThat(why.cause()).isPresent());
    }

    @ParameterizedTest
    @EnumSource
    void abortsTheStreamAfterAFailure(Kind kind) {
        HttpCommunicator browser = listening(kind, "/news");

        layer.groupSend("news", Message.of("news.bad"));

        assertThatThrownBy(browser::receivePart)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("bad news");
        assertThat(browser.complete()).isFalse();
        assertThat(ends)
                .singleElement()
                .satisfies(why -> assertThat(why.cause()).isPresent());
    }

    @ParameterizedTest
    @EnumSource
    void sendsHeartbeatsWhileIdle(Kind kind) {
        try (HttpCommunicator browser = listening(kind, "/beating")) {
            assertThat(browser.receivePart()).asString().isEqualTo(BEGIN);
            assertThat(browser.receivePart()).asString().isEqualTo(BEGIN);
        }
    }

    @ParameterizedTest
    @EnumSource
    void respondsToHeadWithoutAStream(Kind kind) {
        try (HttpCommunicator browser = HttpCommunicator.builder(application(kind), "HEAD", "/news")
                .channelLayer(layer)
                .build()) {
            Response response = browser.getResponse();

            assertThat(response.headers().first("content-type")).contains("text/event-stream");
            assertThat(response.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void ignoresEventsSentToAHeadRequest(Kind kind) {
        try (HttpCommunicator browser = HttpCommunicator.builder(application(kind), "HEAD", "/back")
                .channelLayer(layer)
                .build()) {
            Response response = browser.getResponse();

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.body()).isEmpty();
        }
        assertThat(ends).containsExactly(Disconnect.of("response complete"));
    }

    @Test
    void rejectsEventsAfterTheEndOfTheStream() {
        CompletableFuture<CompletionStage<Void>> late = new CompletableFuture<>();
        class Brief extends AsyncSseConsumer {

            @Override
            protected CompletionStage<Void> connect() {
                return accept().thenCompose(begun -> close()).thenRun(() -> late.complete(send("too late")));
            }
        }
        try (HttpCommunicator browser = HttpCommunicator.builder(Consumer.application(Brief::new), "GET", "/")
                .build()) {
            assertThat(browser.getResponse().text()).isEqualTo(BEGIN);

            assertThat(late.thenCompose(sent -> sent))
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(ConnectionClosedException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void ignoresTheRequestBody(Kind kind) {
        try (HttpCommunicator browser = browser(kind, "/news")) {
            browser.sendBody(new byte[10], true);
            browser.sendBody(new byte[10], false);

            assertThat(browser.receivePart()).asString().isEqualTo(BEGIN);
            assertThat(browser.receiveNothing()).isTrue();
        }
    }

    @Test
    void sendsInOrderFromOtherThreads() {
        Queue<News> streams = new ConcurrentLinkedQueue<>();
        Supplier<News> supplier = () -> {
            News stream = new News();
            streams.add(stream);
            return stream;
        };
        try (HttpCommunicator browser = HttpCommunicator.builder(Consumer.application(supplier), "GET", "/news")
                .channelLayer(layer)
                .build()) {
            assertThat(browser.receivePart()).asString().isEqualTo(BEGIN);
            await().until(() -> !streams.isEmpty());

            streams.element().publish("one");
            streams.element().publish("two");

            assertThat(browser.receivePart()).asString().isEqualTo("data: one\n\n");
            assertThat(browser.receivePart()).asString().isEqualTo("data: two\n\n");
        }
    }

    private HttpCommunicator listening(Kind kind, String path) {
        HttpCommunicator browser = browser(kind, path);
        assertThat(browser.receivePart()).asString().isEqualTo(BEGIN);
        return browser;
    }

    private HttpCommunicator browser(Kind kind, String path) {
        return builder(kind, path).build();
    }

    private HttpCommunicator.Builder builder(Kind kind, String path) {
        return HttpCommunicator.builder(application(kind), "GET", path).channelLayer(layer);
    }

    private Application application(Kind kind) {
        return Consumer.application(() -> kind.consumer(this));
    }
}
