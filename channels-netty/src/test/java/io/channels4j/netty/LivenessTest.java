package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Event;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.websocket.WebSocketAccept;
import io.channels4j.websocket.WebSocketDisconnect;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class LivenessTest {

    private final CompletableFuture<Event> last = new CompletableFuture<>();

    private NettyServer start(Duration interval, Duration timeout) {
        return ServersWithoutLifespan.builder(Apps.script(socket -> {
                    socket.next();
                    socket.send(new WebSocketAccept());
                    last.complete(socket.next());
                }))
                .port(0)
                .timeouts(ServerTimeouts.defaults().withPingInterval(interval).withPingTimeout(timeout))
                .start();
    }

    @Test
    void pingsSilentPeer() {
        try (NettyServer server = start(Duration.ofMillis(50), Duration.ofSeconds(10));
                RawClient client = RawClient.open(server, "/")) {
            assertThat(client.frame().opcode()).isEqualTo(9);
        }
    }

    @Test
    void pingsAgainAfterAPong() {
        try (NettyServer server = start(Duration.ofMillis(50), Duration.ofSeconds(10));
                RawClient client = RawClient.open(server, "/")) {
            for (int i = 0; i < 3; i++) {
                assertThat(client.frame().opcode()).isEqualTo(9);
                client.frame(0x8a, new byte[0]);
            }
        }
    }

    @Test
    void closesConnectionIfThePeerDoesNotAnswerAPing() throws Exception {
        try (NettyServer server = start(Duration.ofMillis(50), Duration.ofMillis(50));
                RawClient client = RawClient.open(server, "/")) {
            assertThat(client.frame().opcode()).isEqualTo(9);
            assertThat(client.ended()).isTrue();

            WebSocketDisconnect disconnect = (WebSocketDisconnect) last.get(10, TimeUnit.SECONDS);
            assertThat(disconnect.code()).isEqualTo(1006);
            assertThat(disconnect.reason()).isEqualTo("nothing came from the peer within PT0.05S after a ping");
        }
    }

    @Test
    void acceptsAnyByteAsAnswerToAPing() {
        try (NettyServer server = start(Duration.ofMillis(50), Duration.ofSeconds(10));
                RawClient client = RawClient.open(server, "/")) {
            assertThat(client.frame().opcode()).isEqualTo(9);
            client.send(new byte[] {(byte) 0x81});

            assertThat(client.frame().opcode()).isEqualTo(9);
        }
    }

    @Test
    void pingsFollowTheClockOfTheServer() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.script(socket -> {
                            socket.next();
                            socket.send(new WebSocketAccept());
                            last.complete(socket.next());
                        }))
                        .port(0)
                        .timeouts(ServerTimeouts.defaults()
                                .withClock(now::get)
                                .withPingInterval(Duration.ofHours(1))
                                .withPingTimeout(Duration.ofHours(1))
                                .withIdle(Duration.ofHours(9)))
                        .start();
                RawClient client = RawClient.open(server, "/")) {
            now.set(Instant.EPOCH.plus(Duration.ofMinutes(61)));
            assertThat(client.frame().opcode()).isEqualTo(9);

            now.set(Instant.EPOCH.plus(Duration.ofMinutes(123)));
            assertThat(client.ended()).isTrue();
        }
    }

    /** Waits for five pings, which takes more than twice the idle time-out for HTTP connections. */
    @Test
    void keepsWebSocketBeyondTheIdleTimeoutOfHttp() {
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.echo())
                        .port(0)
                        .timeouts(ServerTimeouts.defaults()
                                .withIdle(Duration.ofMillis(100))
                                .withPingInterval(Duration.ofMillis(50)))
                        .start();
                RawClient client = RawClient.open(server, "/")) {
            for (int i = 0; i < 5; i++) {
                assertThat(client.frame().opcode()).isEqualTo(9);
                client.frame(0x8a, new byte[0]);
            }

            assertThat(client.text("still here").frame().text()).isEqualTo("still here");
        }
    }
}
