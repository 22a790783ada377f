package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.channels4j.Application;
import io.channels4j.consumer.Consumer;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.netty.settings.TransportSettings;
import io.channels4j.support.CapturedLog;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StuckCallbackTest {

    private static final Duration LIMIT = Duration.ofMillis(100);

    private final CountDownLatch release = new CountDownLatch(1);
    private final CapturedLog log = CapturedLog.of("io.channels4j.consumer");

    private static final class NeverDone extends AsyncWebsocketConsumer {
        @Override
        protected CompletionStage<Void> receive(String text) {
            return text.equals("stuck") ? new CompletableFuture<>() : send(text);
        }
    }

    private final class Blocking extends WebsocketConsumer {
        @Override
        protected void receive(String text) {
            awaitRelease();
            send(text);
        }
    }

    private final class BlockingTheLoop extends AsyncWebsocketConsumer {
        @Override
        protected CompletionStage<Void> receive(String text) {
            awaitRelease();
            return send(text);
        }
    }

    @AfterEach
    void close() {
        release.countDown();
        log.close();
    }

    private static NettyServer start(Supplier<? extends Consumer> consumer) {
        Application application = Consumer.application(consumer);
        return ServersWithoutLifespan.builder(application)
                .port(0)
                .transport(TransportSettings.defaults().withEventLoopThreads(1))
                .timeouts(ServerTimeouts.defaults()
                        .withStuckCallback(LIMIT)
                        .withApplicationClose(LIMIT)
                        .withDrain(LIMIT))
                .start();
    }

    /** Waits for the warning about the given class. Other warnings may appear on a slow machine. */
    private String warningOf(Class<?> consumer) {
        return await().until(
                        () -> log.messages(Level.WARN).stream()
                                .filter(warning -> warning.contains(consumer.getName() + ".receive"))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    @Test
    void warnsOfAStageThatDoesNotCompleteWhileTheConnectionIsOpen() {
        try (NettyServer server = start(NeverDone::new);
                RawClient client = RawClient.open(server, "/")) {
            assertThat(client.text("fine").frame().text()).isEqualTo("fine");
            client.text("stuck");

            assertThat(warningOf(NeverDone.class))
                    .contains("NeverDone.receive has been busy for more than PT0.1S, waiting for its stage");
        }
    }

    @Test
    void warnsOfABlockingCallbackWithItsStack() {
        try (NettyServer server = start(Blocking::new);
                RawClient client = RawClient.open(server, "/")) {
            client.text("stuck");

            assertThat(warningOf(Blocking.class))
                    .contains("Blocking.receive has been busy for more than PT0.1S, running in")
                    .contains("StuckCallbackTest.awaitRelease");
            release.countDown();
            assertThat(client.frame().text()).isEqualTo("stuck");
        }
    }

    @Test
    void warnsOfACallbackThatBlocksItsEventLoopWithItsStack() {
        try (NettyServer server = start(BlockingTheLoop::new);
                RawClient client = RawClient.open(server, "/")) {
            client.text("stuck");

            assertThat(warningOf(BlockingTheLoop.class))
                    .contains("BlockingTheLoop.receive has blocked its event loop")
                    .contains("channels-netty-1", "StuckCallbackTest.awaitRelease");
            release.countDown();
            assertThat(client.frame().text()).isEqualTo("stuck");
        }
    }

    @Test
    void rejectsNegativeTime() {
        NettyServerBuilder builder = NettyServer.builder(Apps.echo());

        assertThatThrownBy(() -> builder.timeouts(ServerTimeouts.defaults().withStuckCallback(Duration.ofSeconds(-1))))
                .hasMessage("stuck callback warning: PT-1S (expected: zero or more)");
    }

    private void awaitRelease() {
        try {
            release.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
