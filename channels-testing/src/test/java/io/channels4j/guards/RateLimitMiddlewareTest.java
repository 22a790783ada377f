package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.security.RateLimit;
import io.channels4j.security.RateLimitMiddleware;
import io.channels4j.testing.Handshake;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.ManualClock;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebSocketClose;
import io.channels4j.websocket.WebSocketReceive;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RateLimitMiddlewareTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualClock clock = ManualClock.create();
    private final BlockingQueue<Disconnect> ends = new LinkedBlockingQueue<>();

    private final class Echo extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return send(text);
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            ends.add(why);
            return CompletableFuture.completedFuture(null);
        }
    }

    private static final class Page extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            sendResponse(200, "page");
        }
    }

    private RateLimitMiddleware.Builder limits() {
        return RateLimitMiddleware.builder().clock(clock);
    }

    private Application echo(RateLimitMiddleware.Builder limits) {
        return Consumer.application(Echo::new).behind(limits.build());
    }

    private static WebsocketCommunicator.Builder from(String address, Application application) {
        return Peer.socket(application, "/").scope(facts -> facts.client(new InetSocketAddress(address, 50_000)));
    }

    private static Handshake connect(WebsocketCommunicator.Builder builder) {
        try (WebsocketCommunicator peer = builder.build()) {
            return peer.connect();
        }
    }

    private static WebsocketCommunicator connected(Application application) {
        WebsocketCommunicator peer = Peer.socket(application, "/").build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    @Test
    void rejectsConnectionsOverTheLimitWithRetryAfter() {
        Application application = echo(limits().connectsPerAddress(RateLimit.of(2, Duration.ofMinutes(1))));
        connect(from("192.0.2.1", application));
        connect(from("192.0.2.1", application));

        Handshake third = connect(from("192.0.2.1", application));

        assertThat(third.status()).isEqualTo(429);
        assertThat(third.headers().first("retry-after")).contains("30");
    }

    @Test
    void acceptsConnectionsAgainAfterTheWait() {
        Application application = echo(limits().connectsPerAddress(RateLimit.of(1, SECOND)));
        connect(from("192.0.2.1", application));

        clock.advance(SECOND);

        assertThat(connect(from("192.0.2.1", application)).accepted()).isTrue();
    }

    @Test
    void limitsEachAddressSeparately() {
        Application application = echo(limits().connectsPerAddress(RateLimit.of(1, SECOND)));
        connect(from("192.0.2.1", application));

        assertThat(connect(from("192.0.2.2", application)).accepted()).isTrue();
    }

    @Test
    void ignoresForwardedHeaders() {
        Application application = echo(limits().connectsPerAddress(RateLimit.of(1, SECOND)));
        connect(from("192.0.2.1", application).header("X-Forwarded-For", "198.51.100.1"));

        Handshake second = connect(from("192.0.2.1", application).header("X-Forwarded-For", "198.51.100.2"));

        assertThat(second.status()).isEqualTo(429);
    }

    @Test
    void countsHttpRequestsAsConnections() {
        Application page = Consumer.application(Page::new)
                .behind(limits().connectsPerAddress(RateLimit.of(1, SECOND)).build());
        try (HttpCommunicator first = Peer.http(page, "/").build();
                HttpCommunicator second = Peer.http(page, "/").build()) {
            assertThat(first.getResponse().status()).isEqualTo(200);
            assertThat(second.getResponse().status()).isEqualTo(429);
        }
    }

    @Test
    void countsConnectionsPerUser() {
        Application application = echo(limits().connectsPerUser(RateLimit.of(1, SECOND)));
        connect(from("192.0.2.1", application).with(Scope.USER, () -> User.of("1", "ada")));

        Handshake sameUser = connect(from("192.0.2.2", application).with(Scope.USER, () -> User.of("1", "ada")));
        Handshake anotherUser = connect(from("192.0.2.1", application).with(Scope.USER, () -> User.of("2", "bob")));

        assertThat(sameUser.status()).isEqualTo(429);
        assertThat(anotherUser.accepted()).isTrue();
    }

    @Test
    void exemptsAnonymousUsersFromTheUserLimit() {
        Application application = echo(limits().connectsPerUser(RateLimit.of(1, SECOND)));
        connect(from("192.0.2.1", application));

        assertThat(connect(from("192.0.2.2", application)).accepted()).isTrue();
    }

    @Test
    void dropsMessagesOverTheLimitAndReportsThemOnce() {
        try (WebsocketCommunicator peer = connected(echo(limits().messagesPerConnection(RateLimit.of(2, SECOND))))) {
            IntStream.range(0, 5).forEach(i -> peer.sendTo("message " + i));

            assertThat(IntStream.range(0, 3).mapToObj(i -> peer.receiveFrom()))
                    .containsExactlyInAnyOrder(
                            "message 0", "message 1", "{\"type\":\"rate_limited\",\"retry_after_ms\":500}");
            assertThat(peer.receiveNothing()).isTrue();
        }
    }

    @Test
    void acceptsMessagesAgainAfterTheWait() {
        try (WebsocketCommunicator peer = connected(
                echo(limits().messagesPerConnection(RateLimit.of(1, SECOND)).notice(wait -> "slow down")))) {
            peer.sendTo("one");
            assertThat(peer.receiveFrom()).isEqualTo("one");
            peer.sendTo("two");
            assertThat(peer.receiveFrom()).isEqualTo("slow down");

            clock.advance(SECOND);
            peer.sendTo("three");

            assertThat(peer.receiveFrom()).isEqualTo("three");
        }
    }

    @Test
    void closesTheConnectionOverTheByteLimit() throws Exception {
        try (WebsocketCommunicator peer = connected(echo(limits().bytesPerConnection(RateLimit.of(10, SECOND))))) {
            peer.sendTo("ten bytes!");
            assertThat(peer.receiveFrom()).isEqualTo("ten bytes!");

            peer.sendTo("x");

            assertThat(peer.receiveClose()).isEqualTo(new CloseStatus(4429, "too many messages"));
            assertThat(ends.poll(1, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void canCloseInsteadOfDropping() {
        RateLimitMiddleware.Builder limits =
                limits().messagesPerConnection(RateLimit.of(1, SECOND), RateLimitMiddleware.OnExcess.CLOSE);
        try (WebsocketCommunicator peer = connected(echo(limits))) {
            peer.sendTo("one");
            assertThat(peer.receiveFrom()).isEqualTo("one");

            peer.sendTo("two");

            assertThat(peer.receiveClose().code()).isEqualTo(4429);
        }
    }

    @Test
    void repliesToEarlierMessagesArriveBeforeTheClose() {
        CompletableFuture<Void> mayReply = new CompletableFuture<>();
        Application late = Consumer.application(() -> new AsyncWebsocketConsumer() {
            @Override
            protected CompletionStage<Void> receive(String text) {
                return mayReply.thenCompose(nothing -> send(text));
            }
        });
        Application application =
                late.behind(limits().messagesPerConnection(RateLimit.of(3, SECOND), RateLimitMiddleware.OnExcess.CLOSE)
                        .build());
        try (WebsocketCommunicator peer = connected(application)) {
            IntStream.range(0, 5).forEach(i -> peer.sendTo("message " + i));

            mayReply.complete(null);

            assertThat(IntStream.range(0, 3).mapToObj(i -> peer.receiveFrom()))
                    .containsExactly("message 0", "message 1", "message 2");
            assertThat(peer.receiveClose().code()).isEqualTo(4429);
        }
    }

    @Test
    void applicationThatIgnoresTheEndIsClosed() {
        List<Event> sent = new CopyOnWriteArrayList<>();
        Application reader = (scope, receiver, sender) -> receiver.receive()
                .thenCompose(first -> receiver.receive())
                .thenCompose(end -> receiver.receive())
                .thenApply(event -> null);

        MessageSource source = new MessageSource();
        reader.behind(limits().messagesPerConnection(RateLimit.of(1, SECOND), RateLimitMiddleware.OnExcess.CLOSE)
                        .build())
                .handle(Scope.builder("websocket").build(), source, event -> {
                    sent.add(event);
                    return CompletableFuture.completedFuture(null);
                });
        source.give("first");
        source.give("second");

        assertThat(sent).containsExactly(new WebSocketClose(new CloseStatus(4429, "too many messages")));
    }

    @Test
    void limitsEachConnectionSeparately() {
        Application application = echo(limits().messagesPerConnection(RateLimit.of(1, SECOND)));
        try (WebsocketCommunicator ada = connected(application);
                WebsocketCommunicator bob = connected(application)) {
            ada.sendTo("from ada");
            bob.sendTo("from bob");

            assertThat(ada.receiveFrom()).isEqualTo("from ada");
            assertThat(bob.receiveFrom()).isEqualTo("from bob");
        }
    }

    @Test
    void dropsManyMessagesWithoutGrowingTheStack() {
        MessageSource source = new MessageSource();
        CompletableFuture<Event> received = new CompletableFuture<>();
        Application once = (scope, receiver, sender) ->
                receiver.receive().thenCompose(first -> receiver.receive()).thenAccept(received::complete);
        once.behind(limits().messagesPerConnection(RateLimit.of(1, SECOND)).build())
                .handle(Scope.builder("websocket").build(), source, event -> CompletableFuture.completedFuture(null));

        IntStream.range(0, 100_000).forEach(i -> source.give("dropped"));
        clock.advance(SECOND);
        source.give("last");

        assertThat(received)
                .isCompletedWithValueMatching(event ->
                        event instanceof WebSocketReceive last && last.text().equals("last"));
    }

    /** Completes the pending stage when a message arrives. */
    private static final class MessageSource implements Receiver {

        private CompletableFuture<Event> pending = new CompletableFuture<>();

        @Override
        public CompletionStage<Event> receive() {
            pending = new CompletableFuture<>();
            return pending;
        }

        void give(String text) {
            pending.complete(WebSocketReceive.text(text));
        }
    }

    @Test
    void acceptsConnectionsOfTheDocumentedExample() {
        try (WebsocketCommunicator peer = connected(RateLimitSnippets.limited(Consumer.application(Echo::new)))) {
            peer.sendTo("hello");

            assertThat(peer.receiveFrom()).isEqualTo("hello");
        }
    }

    @Test
    void rejectsZeroRemembered() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> limits().maxRemembered(0))
                .withMessage("remembered: 0 (expected: 1 or more)");
    }

    @Test
    void limiterOfTheApplicationCountsEachKey() {
        RateLimitSnippets snippets = new RateLimitSnippets();

        for (int i = 0; i < 5; i++) {
            assertThat(snippets.waitBeforeSearch("ada")).isEmpty();
        }
        assertThat(snippets.waitBeforeSearch("ada")).isPresent();
        assertThat(snippets.waitBeforeSearch("bob")).isEmpty();
    }

    @Test
    void closesWithTheChosenStatus() {
        CloseStatus busy = new CloseStatus(4008, "slow down");
        Application echo =
                echo(limits().messagesPerConnection(RateLimit.of(1, SECOND), RateLimitMiddleware.OnExcess.CLOSE)
                        .closeStatus(busy));
        try (WebsocketCommunicator peer = Peer.socket(echo, "/").build()) {
            peer.connect();
            peer.sendTo("one");
            peer.sendTo("two");

            assertThat(peer.receiveFrom()).isEqualTo("one");
            assertThat(peer.receiveClose()).isEqualTo(busy);
        }
    }

    @Test
    void limitsOpenConnectionsPerUser() {
        Application echo = echo(limits().connectionsPerUser(2));
        try (WebsocketCommunicator first = ada(echo).build();
                WebsocketCommunicator second = ada(echo).build()) {
            assertThat(first.connect().accepted()).isTrue();
            assertThat(second.connect().accepted()).isTrue();

            Handshake third = connect(ada(echo));
            assertThat(third.accepted()).isFalse();
            assertThat(third.status()).isEqualTo(429);
            assertThat(connect(Peer.socket(echo, "/")).accepted()).isTrue(); // anonymous
            first.disconnect();
            await().until(() -> connect(ada(echo)).accepted());
        }
    }

    private static WebsocketCommunicator.Builder ada(Application application) {
        return Peer.socket(application, "/").with(Scope.USER, () -> User.of("1", "ada"));
    }
}
