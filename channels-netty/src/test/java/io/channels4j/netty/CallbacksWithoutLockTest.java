package io.channels4j.netty;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.server.ServerListener;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketResponseBody;
import io.channels4j.websocket.WebSocketResponseStart;
import io.channels4j.websocket.WebSocketSend;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Tests that a connection holds no lock while it calls a listener or the application's clock, so that another thread can send.
 */
class CallbacksWithoutLockTest {

    private static final byte[] LONG = new byte[20_000_000];

    private final CompletableFuture<Event> probe = new CompletableFuture<>();
    private final CompletableFuture<Sender> sender = new CompletableFuture<>();
    private final CompletableFuture<Boolean> returned = new CompletableFuture<>();

    /** Sends the probe on another thread during the first call under test, and waits until that send returns. */
    private final class Prober implements ServerListener {

        private final AtomicBoolean called = new AtomicBoolean();
        private final boolean onSent;

        Prober(boolean onSent) {
            this.onSent = onSent;
        }

        @Override
        public void queued(Scope scope, long bytes) {
            if (!onSent) {
                sendProbe();
            }
        }

        @Override
        public void sent(Scope scope, int bytes) {
            if (onSent) {
                sendProbe();
            }
        }

        private void sendProbe() {
            if (!called.compareAndSet(false, true)) {
                return;
            }
            CompletableFuture<Void> other =
                    CompletableFuture.runAsync(() -> sender.join().send(probe.join()));
            returned.complete(returnsWithin(other));
        }

        private boolean returnsWithin(CompletableFuture<Void> other) {
            try {
                other.get(5, SECONDS);
                return true;
            } catch (Exception blocked) {
                return false;
            }
        }
    }

    private void requireNoLock(Application application, boolean onSent, String request) throws Exception {
        try (NettyServer server = ServersWithoutLifespan.builder(application)
                        .port(0)
                        .listeners(new Prober(onSent))
                        .start();
                RawClient client = new RawClient(server.localAddress(), 4096)) {
            client.send(request);
            assertThat(returned.get(10, SECONDS))
                    .as("another thread can send during the listener's call")
                    .isTrue();
            client.reset();
        }
    }

    private CompletableFuture<Void> stream(Scope scope, Sender to) {
        sender.complete(to);
        probe.complete(new HttpResponseStart(200, Headers.empty())); // rejected, because the response has started
        to.send(new HttpResponseStart(200, Headers.empty()));
        to.send(new HttpResponseBody(LONG, true));
        return scope.closed().toCompletableFuture();
    }

    @Test
    @DisplayName("a listener of queued bytes is called without the lock of the response")
    void reportsQueuedBytesOfAResponseWithoutItsLock() throws Exception {
        requireNoLock((scope, receiver, to) -> stream(scope, to), false, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @Test
    @DisplayName("a listener of sent messages is called without the lock of the response")
    void reportsSentPartsOfAResponseWithoutItsLock() throws Exception {
        requireNoLock((scope, receiver, to) -> stream(scope, to), true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @Test
    @DisplayName("a listener of queued bytes is called without the lock of the refusal of a WebSocket")
    void reportsQueuedBytesOfARefusalWithoutItsLock() throws Exception {
        requireNoLock(
                (scope, receiver, to) -> {
                    sender.complete(to);
                    probe.complete(new WebSocketResponseBody(new byte[] {1}, true));
                    to.send(new WebSocketResponseStart(403, Headers.empty()));
                    to.send(new WebSocketResponseBody(LONG, true));
                    to.send(new WebSocketResponseBody(LONG, true));
                    return scope.closed().toCompletableFuture();
                },
                false,
                RawClient.handshakeRequest("/"));
    }

    // ---- the application's clock ----

    /** A clock that sends the probe when the {@link #armed} thread reads it. */
    private final class ProbingClock implements InstantSource {

        private final Prober prober = new Prober(false);
        private volatile Thread armed;

        @Override
        public Instant instant() {
            if (Thread.currentThread() == armed) {
                prober.sendProbe();
            }
            return Instant.now();
        }

        void arm() {
            armed = Thread.currentThread();
        }
    }

    private void requireNoLock(Application application, ProbingClock clock, String request) throws Exception {
        try (NettyServer server = ServersWithoutLifespan.builder(application)
                        .port(0)
                        .timeouts(ServerTimeouts.defaults().withClock(clock))
                        .start();
                RawClient client = new RawClient(server.localAddress(), 4096)) {
            client.send(request);
            assertThat(returned.get(10, SECONDS))
                    .as("another thread can send during the clock's call")
                    .isTrue();
            client.reset();
        }
    }

    @Test
    @DisplayName("the clock of the date header is called without the lock of the response")
    void readsTheDateWithoutTheLockOfTheResponse() throws Exception {
        ProbingClock clock = new ProbingClock();
        requireNoLock(
                (scope, receiver, to) -> {
                    clock.arm();
                    return stream(scope, to);
                },
                clock,
                "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    }

    @Test
    @DisplayName("the clock of a message's age is called without the lock of the outbound queue")
    void readsTheAgeWithoutTheLockOfTheQueue() throws Exception {
        ProbingClock clock = new ProbingClock();
        requireNoLock(
                (scope, receiver, to) -> {
                    sender.complete(to);
                    probe.complete(WebSocketSend.text("probe"));
                    return to.send(new WebSocketAccept())
                            .thenRunAsync(() -> {
                                clock.arm();
                                to.send(WebSocketSend.text("first"));
                            })
                            .thenCompose(sent -> scope.closed());
                },
                clock,
                RawClient.handshakeRequest("/"));
    }
}
