package io.channels4j.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Disconnect;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.concurrent.Blocking;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.consumer.Consumer;
import io.channels4j.layer.ChannelLayers;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.support.CapturedLog;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.Test;

class LifespanTest {

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    @Test
    void runsExampleOfItsJavadoc() {
        Lifespan lifespan = started(LifespanSnippets.application((scope, receiver, sender) -> DONE));
        ExecutorService pool = (ExecutorService) lifespan.state().get("pool");
        assertThat(pool.isShutdown()).isFalse();

        stop(lifespan);

        assertThat(pool.isShutdown()).isTrue();
    }

    @Test
    void stateIsImmutableAfterTheStart() {
        Lifespan lifespan = started(LifespanHooks.blocking(state -> state.put("answer", 42), state -> {}));

        assertThat(lifespan.state()).containsOnly(Map.entry("answer", 42));
        assertThatThrownBy(() -> lifespan.state().put("more", 1)).isInstanceOf(UnsupportedOperationException.class);
        stop(lifespan);
    }

    @Test
    void hooksCanReturnStages() {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        CompletableFuture<Lifespan> starting = start(LifespanHooks.of(state -> ready, state -> DONE), LIMIT);

        assertThat(starting).isNotDone();
        ready.complete(null);

        assertThat(starting).succeedsWithin(LIMIT);
    }

    @Test
    void hooksCanBlock() {
        LifespanHooks hooks =
                LifespanHooks.blocking(state -> Blocking.await(Blocking.run(() -> seen.add("started"))), state -> {});

        stop(started(hooks));

        assertThat(seen).containsExactly("started");
    }

    @Test
    void startFailsWithTheMessageOfItsHook() {
        IllegalStateException failure = new IllegalStateException("no database at db:5432");
        LifespanHooks hooks = LifespanHooks.blocking(
                state -> {
                    throw failure;
                },
                state -> seen.add("stopped"));

        assertThat(start(hooks, LIMIT))
                .failsWithin(LIMIT)
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(ChannelsException.class)
                .withMessage("lifespan: the application cannot start: no database at db:5432")
                .havingCause()
                .isSameAs(failure);
        assertThat(seen).isEmpty();
    }

    @Test
    void startFailsWithTheClassOfFailureWithoutMessage() {
        LifespanHooks hooks =
                LifespanHooks.of(state -> CompletableFuture.failedFuture(new IllegalStateException()), state -> DONE);

        assertThat(start(hooks, LIMIT))
                .failsWithin(LIMIT)
                .withThrowableThat()
                .withMessageContaining("cannot start: java.lang.IllegalStateException");
    }

    @Test
    void startFailsAfterTheTimeout() {
        LifespanHooks hooks = LifespanHooks.of(state -> new CompletableFuture<>(), state -> DONE);

        assertThat(start(hooks, Duration.ofMillis(20)))
                .failsWithin(LIMIT)
                .withThrowableThat()
                .withMessageContaining("lifespan: no answer to lifespan.startup within PT0.02S");
    }

    /** An application for another protocol that ignores the scope type. */
    private static CompletionStage<Void> waitsForSomethingElse(Receiver receiver) {
        return receiver.receive().thenCompose(event -> waitsForSomethingElse(receiver));
    }

    @Test
    void warnsEarlyAboutAnApplicationThatIgnoresTheScopeType() {
        try (CapturedLog log = CapturedLog.of(Lifespan.class.getName())) {
            CompletionStage<Lifespan> starting = Lifespan.start(
                    (scope, receiver, sender) -> waitsForSomethingElse(receiver),
                    Scope.builder("lifespan"),
                    Duration.ofMillis(200),
                    Duration.ofMillis(10));

            await().until(() -> !log.messages(Level.WARN).isEmpty());
            assertThat(log.messages(Level.WARN).get(0))
                    .contains("has not answered lifespan.startup", "at most PT0.2S", "a lifespan time-out of zero");
            assertThat(starting)
                    .failsWithin(LIMIT)
                    .withThrowableThat()
                    .withCauseInstanceOf(ChannelsException.class)
                    .withMessageContaining("no answer to lifespan.startup within PT0.2S")
                    .withMessageContaining("a lifespan time-out of zero");
        }
    }

    @Test
    @SuppressWarnings("NullAway") // simulates an application without null checks
    void applicationThatReturnsNullDoesNotSupportLifespan() {
        assertThat(start((scope, receiver, sender) -> null, Duration.ofSeconds(30)))
                .succeedsWithin(LIMIT);
    }

    @Test
    void failingApplicationDoesNotSupportLifespan() {
        Application application = ProtocolTypeRouter.builder().build();

        Lifespan lifespan = started(application);

        assertThat(lifespan.state()).isEmpty();
        stop(lifespan);
    }

    @Test
    void throwingApplicationDoesNotSupportLifespan() {
        Lifespan lifespan = started((scope, receiver, sender) -> {
            throw new IllegalStateException("websocket only");
        });

        stop(lifespan);
    }

    @Test
    void endingApplicationDoesNotSupportLifespan() {
        Lifespan lifespan = started((scope, receiver, sender) -> {
            scope.state().put("left", "behind");
            return DONE;
        });

        assertThat(lifespan.state()).isEmpty();
        stop(lifespan);
    }

    @Test
    void stopRunsItsHookOnce() {
        Lifespan lifespan = started(LifespanHooks.blocking(state -> {}, state -> seen.add("stopped")));

        stop(lifespan);
        stop(lifespan);

        assertThat(seen).containsExactly("stopped");
    }

    @Test
    void stopLogsTheFailureOfItsHook() {
        LifespanHooks hooks = LifespanHooks.blocking(state -> {}, state -> {
            throw new IllegalStateException("disk is full");
        });
        try (CapturedLog log = CapturedLog.of(Lifespan.class.getName())) {
            stop(started(hooks));

            assertThat(log.messages(Level.ERROR))
                    .containsExactly("lifespan: the application failed to stop: disk is full");
        }
    }

    @Test
    void stopFailsAfterTheTimeout() {
        LifespanHooks hooks = LifespanHooks.of(state -> DONE, state -> new CompletableFuture<>());
        Lifespan lifespan = start(hooks, Duration.ofMillis(200)).join();
        try (CapturedLog log = CapturedLog.of(Lifespan.class.getName())) {
            stop(lifespan);

            assertThat(log.messages(Level.WARN))
                    .containsExactly("lifespan: no answer to lifespan.shutdown within PT0.2S");
        }
    }

    @Test
    void applicationThatRejectsTheScopeIsLoggedInOneLine() {
        Application http = (scope, receiver, sender) -> {
            throw new IllegalArgumentException("scope type: lifespan");
        };
        try (CapturedLog log = CapturedLog.of(Lifespan.class.getName())) {
            started(http);

            assertThat(log.messages(Level.DEBUG))
                    .containsExactly("lifespan: the application does not support the protocol"
                            + " (java.lang.IllegalArgumentException: scope type: lifespan)");
            assertThat(log.failures()).isEmpty();
        }
    }

    @Test
    void failureBetweenStartAndStopIsLogged() {
        CompletableFuture<Void> life = new CompletableFuture<>();
        Application application = (scope, receiver, sender) -> receiver.receive()
                .thenCompose(startup -> sender.send(new LifespanStartupComplete()))
                .thenCompose(sent -> life);
        Lifespan lifespan = started(application);
        try (CapturedLog log = CapturedLog.of(Lifespan.class.getName())) {
            life.completeExceptionally(new IllegalStateException("lost"));

            await().untilAsserted(() -> assertThat(log.messages(Level.ERROR))
                    .containsExactly("lifespan: the application failed after its start"));
            stop(lifespan);
        }
    }

    @Test
    void rejectsMisplacedEvents() {
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        Application application = (scope, receiver, sender) -> receiver.receive()
                .thenCompose(startup -> sender.send(new LifespanShutdownComplete()))
                .whenComplete((sent, failure) -> refusal.complete(failure));

        stop(started(application));

        assertThat(refusal.join())
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("send lifespan.shutdown.complete: the lifespan is starting (expected:"
                        + " lifespan.startup.complete or lifespan.startup.failed); nothing was sent");
    }

    @Test
    void consumersSupportLifespanAndEndWithTheServer() {
        stop(started(Consumer.application(Opener::new)));

        await().untilAsserted(() -> assertThat(Opener.SEEN).containsExactly("opened", "lifespan.shutdown.complete"));
    }

    /** A consumer that handles the lifespan. */
    static final class Opener extends AsyncConsumer {

        static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

        @Override
        protected CompletionStage<Void> receiveEvent(Event event) {
            if (event instanceof LifespanStartup) {
                SEEN.add("opened");
                return sendEvent(new LifespanStartupComplete());
            }
            return sendEvent(new LifespanShutdownComplete());
        }

        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            SEEN.add(why.reason());
            return DONE;
        }
    }

    @Test
    void layersAreInTheScope() {
        ChannelLayers layers = ChannelLayers.of(InMemoryChannelLayer.create());
        CompletableFuture<Scope> served = new CompletableFuture<>();
        Application application = (scope, receiver, sender) -> {
            served.complete(scope);
            return DONE;
        };

        Lifespan.start(application, Scope.builder("lifespan").with(ChannelLayers.KEY, layers), LIMIT)
                .toCompletableFuture()
                .join();

        assertThat(ChannelLayers.from(served.join())).isSameAs(layers);
    }

    @Test
    void hooksRejectOtherProtocols() {
        LifespanHooks hooks = LifespanHooks.of(state -> DONE, state -> DONE);
        Scope scope = Scope.builder("http").build();

        CompletionStage<Void> served =
                hooks.handle(scope, CompletableFuture::new, event -> CompletableFuture.completedFuture(null));

        assertThat(served.toCompletableFuture())
                .failsWithin(LIMIT)
                .withThrowableThat()
                .withMessageContaining("scope type: \"http\" (expected: lifespan)");
    }

    private static Lifespan started(Application application) {
        CompletableFuture<Lifespan> starting = start(application, LIMIT);
        assertThat(starting).succeedsWithin(LIMIT);
        return starting.join();
    }

    private static CompletableFuture<Lifespan> start(Application application, Duration timeout) {
        return Lifespan.start(application, Scope.builder("lifespan"), timeout).toCompletableFuture();
    }

    private static void stop(Lifespan lifespan) {
        assertThat(lifespan.stop().toCompletableFuture()).succeedsWithin(LIMIT);
    }
}
