package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.ChannelsException;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Scope;
import io.channels4j.concurrent.Blocking;
import io.channels4j.concurrent.NonBlocking;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Scheduled;
import io.channels4j.testing.ManualClock;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** {@code after} and {@code every} in WebSocket consumers, driven by a manual clock. */
@SuppressWarnings("try") // some connections only have to be open
class TimersTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualClock clock = ManualClock.create();
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> release = new CompletableFuture<>();

    private WebsocketCommunicator peer(Supplier<? extends Consumer> consumer) {
        return peer(consumer, Duration.ofSeconds(10));
    }

    private WebsocketCommunicator peer(Supplier<? extends Consumer> consumer, Duration timeout) {
        return WebsocketCommunicator.builder(Consumer.application(consumer), "/")
                .clock(clock)
                .timeout(timeout)
                .build();
    }

    private WebsocketCommunicator connected(Supplier<? extends Consumer> consumer) {
        WebsocketCommunicator peer = peer(consumer);
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    private CompletionStage<Void> note(String what) {
        seen.add(what);
        threads.add(Thread.currentThread());
        return CompletableFuture.completedFuture(null);
    }

    /** Starts a timer after it has accepted the connection, so that the client may connect first. */
    static class Late extends WebsocketConsumer {
        @Override
        protected void connect() {
            accept();
            every(SECOND, () -> send("tick"));
        }
    }

    @RepeatedTest(50)
    void clockWaitsForACallbackThatStartsATimerAfterAccept() {
        // @start region="clock"
        ManualClock clock = ManualClock.create();
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(Consumer.application(Late::new), "/")
                .clock(clock)
                .build()) {
            assertThat(peer.connect().accepted()).isTrue();
            clock.advance(Duration.ofSeconds(1));
            assertThat(peer.receiveFrom()).isEqualTo("tick");
        }
        // @end
    }

    /** Starts timers on request of the client: {@code after 5}, {@code every 5}, {@code cancel}. */
    class Timed extends AsyncWebsocketConsumer {

        private Scheduled timer;

        @Override
        protected CompletionStage<Void> receive(String text) {
            String[] words = text.split(" ", -1);
            switch (words[0]) {
                case "after" -> timer = after(seconds(words[1]), this::tick);
                case "every" -> timer = every(seconds(words[1]), this::tick);
                default -> timer.cancel();
            }
            return send("ok");
        }

        CompletionStage<Void> tick() {
            threads.add(Thread.currentThread());
            return send("tick");
        }
    }

    class BlockingTimed extends WebsocketConsumer {

        private Scheduled timer;

        @Override
        protected void receive(String text) {
            String[] words = text.split(" ", -1);
            switch (words[0]) {
                case "after" -> timer = after(seconds(words[1]), this::tick);
                case "every" -> timer = every(seconds(words[1]), this::tick);
                default -> timer.cancel();
            }
            send("ok");
        }

        void tick() {
            threads.add(Thread.currentThread());
            send("tick");
        }
    }

    private static Duration seconds(String number) {
        return Duration.ofSeconds(Long.parseLong(number));
    }

    private static void ask(WebsocketCommunicator peer, String text) {
        peer.sendTo(text);
        assertThat(peer.receiveFrom()).isEqualTo("ok");
    }

    @Test
    @DisplayName("after runs its action once, when the clock has advanced by the delay")
    void runsOnceAfterTheDelay() {
        try (WebsocketCommunicator peer = connected(Timed::new)) {
            ask(peer, "after 5");

            clock.advance(Duration.ofMillis(4_999));
            assertThat(threads).isEmpty();
            clock.advance(Duration.ofMillis(1));
            assertThat(threads).hasSize(1);
            clock.advance(Duration.ofHours(1));
            assertThat(threads).singleElement().isInstanceOf(NonBlocking.class);
            assertThat(peer.receiveFrom()).isEqualTo("tick");
        }
    }

    @Test
    @DisplayName("every runs its action once per interval, also if the clock jumps over several")
    void runsOncePerInterval() {
        try (WebsocketCommunicator peer = connected(Timed::new)) {
            ask(peer, "every 10");

            clock.advance(Duration.ofSeconds(35));
            assertThat(threads).hasSize(3);
            clock.advance(Duration.ofSeconds(5));
            assertThat(threads).hasSize(4);
        }
    }

    @Test
    @DisplayName("timers of a blocking consumer run on threads that may block")
    void runsBlockingActionsOnWorkerThreads() {
        try (WebsocketCommunicator peer = connected(BlockingTimed::new)) {
            ask(peer, "every 10");
            clock.advance(Duration.ofSeconds(30));
            assertThat(threads).hasSize(3).noneMatch(NonBlocking.class::isInstance);

            assertThat(peer.receiveFrom()).isEqualTo("tick");
            assertThat(peer.receiveFrom()).isEqualTo("tick");
            assertThat(peer.receiveFrom()).isEqualTo("tick");
            ask(peer, "after 1");
            clock.advance(SECOND);
            assertThat(threads).hasSize(4);
        }
    }

    @Test
    @DisplayName("a cancelled timer does not run")
    void doesNotRunAfterCancel() {
        try (WebsocketCommunicator peer = connected(Timed::new);
                WebsocketCommunicator other = connected(BlockingTimed::new)) {
            ask(peer, "every 10");
            ask(peer, "cancel");
            ask(peer, "cancel"); // has no effect
            ask(other, "after 10");
            ask(other, "cancel");

            clock.advance(Duration.ofMinutes(1));

            assertThat(threads).isEmpty();
        }
    }

    @Test
    @DisplayName("an action may cancel its own timer")
    void anActionMayCancelItsTimer() {
        class Thrice extends AsyncWebsocketConsumer {
            private int left = 3;
            private Scheduled timer;

            @Override
            protected CompletionStage<Void> connect() {
                timer = every(SECOND, () -> {
                    if (--left == 0) {
                        timer.cancel();
                    }
                    return note("tick");
                });
                return accept();
            }
        }
        try (WebsocketCommunicator peer = connected(Thrice::new)) {
            clock.advance(Duration.ofSeconds(10));

            assertThat(seen).hasSize(3);
        }
    }

    @Test
    @DisplayName("the timers of one clock run in the order in which they become due")
    void runsTimersInOrder() {
        class Ordered extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> connect() {
                after(Duration.ofSeconds(3), () -> note("3"));
                after(Duration.ofSeconds(1), () -> note("1"));
                after(Duration.ofSeconds(2), () -> {
                    after(Duration.ofMillis(500), () -> note("2.5"));
                    return note("2");
                });
                after(Duration.ZERO, () -> note("0"));
                return accept();
            }
        }
        try (WebsocketCommunicator peer = connected(Ordered::new)) {
            assertThat(seen).isEmpty();

            clock.advance(Duration.ofSeconds(5));

            assertThat(seen).containsExactly("0", "1", "2", "2.5", "3");
        }
    }

    /** Its callback for a client's message and the action of its timer complete when the test allows it. */
    class Slow extends AsyncWebsocketConsumer {
        @Override
        protected CompletionStage<Void> connect() {
            every(Duration.ofSeconds(10), () -> {
                note("tick at " + clock.instant().getEpochSecond() % 1000);
                return release;
            });
            return accept();
        }

        @Override
        protected CompletionStage<Void> receive(String text) {
            note("receive");
            return release.thenCompose(released -> note("received"));
        }
    }

    @Test
    @DisplayName("ticks that a slow action misses are skipped; the next one is an interval after its completion")
    void skipsMissedTicks() {
        try (WebsocketCommunicator peer = peer(Slow::new, Duration.ofMillis(100))) {
            peer.connect();
            long start = clock.instant().getEpochSecond() % 1000;
            clock.advance(Duration.ofSeconds(47)); // the action begins after 10 s and has not completed
            assertThat(seen).containsExactly("tick at " + (start + 10));

            release.complete(null);
            peer.sendTo("next"); // handled after the action has completed
            await().until(() -> seen.contains("received"));
            clock.advance(Duration.ofMillis(9_999));
            assertThat(seen).hasSize(3);
            clock.advance(Duration.ofMillis(11_001));

            assertThat(seen)
                    .containsExactly(
                            "tick at " + (start + 10),
                            "receive",
                            "received",
                            "tick at " + (start + 57),
                            "tick at " + (start + 67));
        }
    }

    @Test
    @DisplayName("an action waits for the callback in progress and runs once, however many ticks were missed")
    void waitsForTheCallbackInProgress() {
        try (WebsocketCommunicator peer = peer(Slow::new, Duration.ofMillis(100))) {
            peer.connect();
            peer.sendTo("first");
            await().until(() -> seen.contains("receive"));

            clock.advance(Duration.ofSeconds(35));
            assertThat(seen).containsExactly("receive");
            release.complete(null);

            await().untilAsserted(() ->
                    assertThat(seen).hasSize(3).element(2).asString().startsWith("tick"));
            clock.advance(Duration.ofMillis(9_999));
            assertThat(seen).hasSize(3);
        }
    }

    /** Its actions fail. */
    static class Failing extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> connect() {
            every(SECOND, () -> CompletableFuture.failedFuture(new IllegalStateException("failed")));
            after(SECOND, () -> {
                throw new IllegalStateException("thrown");
            });
            return accept();
        }
    }

    class Continuing extends Failing {
        @Override
        protected CompletionStage<Void> onError(Throwable failure, Event during) {
            return note(failure.getMessage() + " during " + during.type());
        }
    }

    @Test
    @DisplayName("onError receives the failure of an action and can continue; a periodic timer then continues, too")
    void passesFailuresToOnError() {
        try (WebsocketCommunicator peer = connected(Continuing::new)) {
            clock.advance(Duration.ofSeconds(2));

            assertThat(seen)
                    .containsExactlyInAnyOrder("failed during timer", "thrown during timer", "failed during timer");
        }
    }

    @Test
    @DisplayName("the failure of an action closes the connection with 1011 by default")
    void closesAfterAFailure() {
        WebsocketCommunicator peer = connected(Failing::new);

        clock.advance(SECOND);

        assertThatThrownBy(peer::receiveClose)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("failed");
        assertThat(peer.receiveClose().code()).isEqualTo(1011);
    }

    @Test
    @DisplayName("no action begins after close or disconnect began, and no timer of the connection remains")
    void endsWithTheConnection() {
        class Closing extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> connect() {
                every(SECOND, () -> note("tick"));
                return accept();
            }

            @Override
            protected CompletionStage<Void> receive(String text) {
                return close(CloseStatus.NORMAL).thenRun(() -> after(SECOND, () -> note("after close")));
            }

            @Override
            protected CompletionStage<Void> disconnect(Disconnect why) {
                Scheduled late = after(Duration.ZERO, () -> note("late"));
                late.cancel();
                every(SECOND, () -> note("late"));
                return release;
            }
        }
        try (WebsocketCommunicator left = connected(Closing::new);
                WebsocketCommunicator closed = connected(Closing::new)) {
            clock.advance(SECOND);
            assertThat(seen).containsExactly("tick", "tick");

            closed.sendTo("close");
            assertThat(closed.receiveClose()).isEqualTo(CloseStatus.NORMAL);
            left.sendTo("close");
            assertThat(left.receiveClose()).isEqualTo(CloseStatus.NORMAL);
            clock.advance(Duration.ofSeconds(5));
            release.complete(null);
            clock.advance(Duration.ofSeconds(5));

            assertThat(seen).containsExactly("tick", "tick");
        }
    }

    @Test
    @DisplayName("durations: negative delays and empty intervals are rejected, long ones are never")
    void validatesDurations() {
        class Extreme extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> connect() {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> after(Duration.ofNanos(-1), () -> note("never")))
                        .withMessage("delay: PT-0.000000001S (expected: zero or more)");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> every(Duration.ZERO, () -> note("never")))
                        .withMessage("interval: PT0S (expected: more than zero)");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> every(SECOND.negated(), () -> note("never")))
                        .withMessage("interval: PT-1S (expected: more than zero)");
                after(ChronoUnit.FOREVER.getDuration(), () -> note("never"));
                every(ChronoUnit.FOREVER.getDuration(), () -> note("never"));
                after(Duration.ZERO, () -> note("now"));
                return accept();
            }
        }
        try (WebsocketCommunicator peer = connected(Extreme::new)) {
            clock.advance(Duration.ofDays(365));
            assertThat(seen).containsExactly("now");
        }
    }

    @Test
    @DisplayName("a timer needs a connection whose first callback has begun")
    void needsAConnection() {
        class Early extends AsyncConsumer {
            Early() {
                after(SECOND, () -> note("never"));
            }
        }
        assertThatThrownBy(Early::new)
                .isInstanceOf(ChannelsException.class)
                .hasMessageContaining("has no connection yet (expected: use in callbacks)");
    }

    @Test
    @DisplayName("advance waits for actions whose stages complete on other threads")
    void waitsForBlockingWork() {
        class Database extends AsyncWebsocketConsumer {
            @Override
            protected CompletionStage<Void> connect() {
                every(SECOND, () -> Blocking.run(() -> note("query")));
                return accept();
            }
        }
        try (WebsocketCommunicator peer = connected(Database::new)) {
            clock.advance(Duration.ofSeconds(20));

            assertThat(seen).hasSize(20);
        }
    }

    @Test
    @DisplayName("without a manual clock, timers follow the system's")
    void followsTheSystemClock() {
        CountDownLatch ticks = new CountDownLatch(3);
        class Ticking extends AsyncConsumer {
            @Override
            protected CompletionStage<Void> receiveEvent(Event event) {
                every(Duration.ofMillis(1), () -> {
                    ticks.countDown();
                    return note("tick");
                });
                return note("event");
            }
        }
        CompletableFuture<Void> closed = new CompletableFuture<>();
        Scope scope =
                Scope.builder("clocked").closed(closed).executor(Runnable::run).build();
        Queue<Event> events = new ConcurrentLinkedQueue<>();
        events.add(() -> "start");
        new Ticking()
                .serve(
                        scope,
                        () -> {
                            Event next = events.poll();
                            return next == null ? new CompletableFuture<>() : CompletableFuture.completedFuture(next);
                        },
                        event -> release);

        await().until(() -> ticks.getCount() == 0);
        closed.complete(null);
    }
}
