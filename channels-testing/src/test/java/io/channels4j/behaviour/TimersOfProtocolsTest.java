package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Message;
import io.channels4j.Scope;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.consumer.SyncConsumer;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.AsyncSseConsumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.http.SseConsumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.routing.ChannelNameRouter;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.server.LifespanShutdown;
import io.channels4j.server.LifespanShutdownComplete;
import io.channels4j.server.LifespanStartup;
import io.channels4j.server.LifespanStartupComplete;
import io.channels4j.testing.ApplicationCommunicator;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.ManualClock;
import io.channels4j.worker.Worker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Timers in the consumers of HTTP, event streams, workers and the lifespan of a server. */
class TimersOfProtocolsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualClock clock = ManualClock.create();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final CountDownLatch done = new CountDownLatch(2);

    /** A long poll that gives up after 30 s. */
    final class AsyncPoll extends AsyncHttpConsumer {
        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            every(SECOND, () -> {
                seen.add("tick");
                return CompletableFuture.completedFuture(null);
            });
            after(Duration.ofSeconds(30), () -> sendResponse(204, Headers.empty(), new byte[0]));
            return CompletableFuture.completedFuture(null);
        }
    }

    final class Poll extends HttpConsumer {
        @Override
        protected void handle(byte[] body) {
            every(SECOND, () -> seen.add("tick"));
            after(Duration.ofSeconds(30), () -> sendResponse(204, Headers.empty(), new byte[0]));
        }
    }

    static Stream<Function<TimersOfProtocolsTest, Consumer>> polls() {
        return Stream.of(test -> test.new AsyncPoll(), test -> test.new Poll());
    }

    @ParameterizedTest
    @MethodSource("polls")
    void anHttpConsumerRespondsLater(Function<TimersOfProtocolsTest, Consumer> consumer) {
        try (HttpCommunicator browser = HttpCommunicator.builder(
                        Consumer.application(() -> consumer.apply(this)), "GET", "/")
                .clock(clock)
                .timeout(Duration.ofSeconds(10))
                .build()) {
            browser.sendBody(new byte[0], false);
            await().until(() -> {
                clock.advance(SECOND); // until the request is being handled
                return !seen.isEmpty();
            });
            clock.advance(Duration.ofSeconds(28));
            assertThat(seen).hasSizeBetween(28, 29);
            clock.advance(Duration.ofMinutes(1));

            assertThat(browser.getResponse().status()).isEqualTo(204);
            assertThat(seen).hasSizeLessThanOrEqualTo(30);
        }
    }

    @SuppressWarnings("ClassCanBeStatic") // made like the other consumers of this test
    final class AsyncTicker extends AsyncSseConsumer {
        @Override
        protected CompletionStage<Void> connect() {
            every(SECOND, () -> send("tick"));
            return accept();
        }
    }

    @SuppressWarnings("ClassCanBeStatic") // made like the other consumers of this test
    final class Ticker extends SseConsumer {
        @Override
        protected void connect() {
            every(SECOND, () -> send("tick"));
            accept();
        }
    }

    static Stream<Function<TimersOfProtocolsTest, Consumer>> tickers() {
        return Stream.of(test -> test.new AsyncTicker(), test -> test.new Ticker());
    }

    @ParameterizedTest
    @MethodSource("tickers")
    void anEventStreamTicksAndItsHeartbeatFollowsTheClock(Function<TimersOfProtocolsTest, Consumer> consumer) {
        try (HttpCommunicator browser = HttpCommunicator.builder(
                        Consumer.application(() -> consumer.apply(this)), "GET", "/")
                .clock(clock)
                .timeout(Duration.ofSeconds(10))
                .build()) {
            assertThat(part(browser)).isEqualTo(":\n\n");
            await().until(() -> {
                clock.advance(SECOND); // until connect has completed
                return !browser.receiveNothing(Duration.ofMillis(1));
            });
            assertThat(part(browser)).isEqualTo("data: tick\n\n");

            clock.advance(Duration.ofMinutes(1));

            Queue<String> parts = new ConcurrentLinkedQueue<>();
            while (!browser.receiveNothing(Duration.ofMillis(1))) {
                parts.add(part(browser));
            }
            assertThat(parts.stream().filter("data: tick\n\n"::equals)).hasSize(60);
            assertThat(parts).contains(":\n\n");
        }
    }

    private static String part(HttpCommunicator browser) {
        return new String(browser.receivePart(), StandardCharsets.UTF_8);
    }

    /** Samples the process while the server runs. */
    final class Sampler extends AsyncConsumer {
        @Override
        protected CompletionStage<Void> receiveEvent(Event event) {
            if (event instanceof LifespanStartup) {
                every(SECOND, () -> {
                    seen.add("sample");
                    return CompletableFuture.completedFuture(null);
                });
                return sendEvent(new LifespanStartupComplete());
            }
            return sendEvent(new LifespanShutdownComplete());
        }
    }

    final class BlockingSampler extends SyncConsumer {
        @Override
        protected void receiveEvent(Event event) {
            if (event instanceof LifespanStartup) {
                every(SECOND, () -> seen.add("sample"));
                sendEvent(new LifespanStartupComplete());
            } else {
                sendEvent(new LifespanShutdownComplete());
            }
        }
    }

    static Stream<Function<TimersOfProtocolsTest, Consumer>> samplers() {
        return Stream.of(test -> test.new Sampler(), test -> test.new BlockingSampler());
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void aConsumerOfTheLifespanTicksUntilTheShutdown(Function<TimersOfProtocolsTest, Consumer> consumer) {
        try (ApplicationCommunicator server = ApplicationCommunicator.builder(
                        Consumer.application(() -> consumer.apply(this)), Scope.builder("lifespan"))
                .clock(clock)
                .timeout(Duration.ofSeconds(10))
                .build()) {
            server.sendInput(new LifespanStartup());
            server.receiveOutput();
            clock.advance(Duration.ofSeconds(5));
            assertThat(seen).hasSize(5);

            server.sendInput(new LifespanShutdown());
            assertThat(server.receiveOutput()).isInstanceOf(LifespanShutdownComplete.class);
            clock.advance(Duration.ofSeconds(5));
            assertThat(seen).hasSize(5);
        }
    }

    /** A timer of a worker's consumer lasts as long as its message. */
    final class AsyncJob extends AsyncConsumer {

        @Handles("job")
        CompletionStage<Void> job() {
            every(Duration.ofMillis(1), () -> {
                seen.add("tick");
                return CompletableFuture.completedFuture(null);
            });
            seen.add("job");
            return CompletableFuture.completedFuture(null);
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            done.countDown();
            return super.disconnect(why);
        }
    }

    final class Job extends SyncConsumer {

        @Handles("job")
        void job() {
            after(Duration.ZERO, () -> seen.add("tick"));
            seen.add("job");
        }

        @Override
        protected void disconnect(Disconnect why) {
            done.countDown();
        }
    }

    @Test
    void theTimersOfAWorkersConsumerEndWithItsMessage() {
        try (InMemoryChannelLayer layer = InMemoryChannelLayer.create();
                Worker worker = Worker.builder(
                                ProtocolTypeRouter.builder()
                                        .channel(ChannelNameRouter.builder()
                                                .channel("async", AsyncJob::new)
                                                .channel("blocking", Job::new)
                                                .build())
                                        .build(),
                                layer)
                        .channels("async", "blocking")
                        .start()) {
            layer.send("async", Message.of("job"));
            layer.send("blocking", Message.of("job"));
            await().until(() -> worker.handled() == 2);

            assertThat(done.getCount()).isZero();
            assertThat(seen).containsExactly("job", "job");
        }
    }
}
