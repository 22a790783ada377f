package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.consumer.Consumer;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.netty.settings.TransportSettings;
import io.channels4j.websocket.WebsocketConsumer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AcceptDuringDrainTest {

    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private volatile Thread accepting;

    private final class Accepting extends WebsocketConsumer {
        @Override
        protected void connect() {
            accepting = Thread.currentThread();
            accept();
        }
    }

    /** A clock that blocks the accepting thread. The server reads the clock while it admits the handshake response. */
    private final class HoldingClock implements InstantSource {
        @Override
        public Instant instant() {
            if (Thread.currentThread() == accepting) {
                held.countDown();
                waitForRelease();
            }
            return Instant.now();
        }
    }

    private void waitForRelease() {
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Application application() {
        Application accepting = Consumer.application(Accepting::new);
        Application echo = Apps.echo();
        return (scope, receiver, sender) ->
                (scope.path().equals("/held") ? accepting : echo).handle(scope, receiver, sender);
    }

    @AfterEach
    void releaseTheAcceptingThread() {
        release.countDown();
    }

    @Test
    void drainClosesAWebSocketWhoseAcceptIsUnderWay() throws Exception {
        NettyServer server = ServersWithoutLifespan.builder(application())
                .port(0)
                .transport(TransportSettings.defaults().withEventLoopThreads(1))
                .timeouts(ServerTimeouts.defaults().withClock(new HoldingClock()))
                .start();
        try (RawClient client = new RawClient(server.localAddress()).send(RawClient.handshakeRequest("/held"))) {
            assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> closed;
            try (RawClient other = RawClient.open(server, "/")) {
                closed = CompletableFuture.runAsync(server::close);
                // Both connections are drained in one step, so the held connection has been drained as well.
                assertThat(other.frame().closeCode()).isEqualTo(1012);
            }

            release.countDown();

            assertThat(client.response("GET").status()).isEqualTo(101);
            assertThat(client.frame().closeCode()).isEqualTo(1012);
            client.closeFrame(1012, "");
            assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
        } finally {
            release.countDown();
            server.close();
        }
    }
}
