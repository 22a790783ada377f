package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Headers;
import io.channels4j.netty.settings.ServerTimeouts;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpTimeoutTest {

    @Test
    void closesConnectionWithIncompleteRequestAfterTheIdleTimeout() {
        try (NettyServer impatient = ServersWithoutLifespan.builder(Apps.echo())
                        .port(0)
                        .timeouts(ServerTimeouts.defaults().withIdle(java.time.Duration.ofMillis(100)))
                        .start();
                RawClient client = new RawClient(impatient.localAddress())) {
            client.send("GET / HT");

            assertThat(client.ended()).isTrue();
        }
    }

    @Test
    void closesKeptAliveConnectionAfterTheIdleTimeout() {
        try (NettyServer impatient = ServersWithoutLifespan.builder(
                                Health.create().liveness())
                        .port(0)
                        .timeouts(ServerTimeouts.defaults().withIdle(java.time.Duration.ofMillis(100)))
                        .start();
                RawClient client = new RawClient(impatient.localAddress())) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                            .response("GET")
                            .status())
                    .isEqualTo(200);

            assertThat(client.ended()).isTrue();
        }
    }

    private static NettyServer timed(AtomicReference<Instant> now) {
        return ServersWithoutLifespan.builder(Apps.script(http -> http.respond(200, Headers.empty(), http.body())))
                .port(0)
                .timeouts(ServerTimeouts.defaults()
                        .withStuckCallback(Duration.ofMillis(80)) // makes the server check time-outs often
                        .withClock(now::get))
                .start();
    }

    /** Advances the server's clock until an exchange with the server ends. */
    private static <T> T passing(AtomicReference<Instant> now, Supplier<T> exchange) {
        CompletableFuture<T> result = CompletableFuture.supplyAsync(exchange);
        await().until(() -> {
            now.updateAndGet(time -> time.plusSeconds(1));
            return result.isDone();
        });
        return result.join();
    }

    @ParameterizedTest
    @ValueSource(strings = {"G", "GET / HTTP/1.1\r\nHost: h\r\n", "POST / HTTP/1.1\r\nHost: h\r\nX: y"})
    @DisplayName("RFC 9110 §15.5.9: a request head that does not arrive in time gets status 408")
    void respondsWith408ToIncompleteHead(String part) {
        for (String before : new String[] {"", "GET / HTTP/1.1\r\nHost: h\r\n\r\n"}) {
            AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
            try (NettyServer server = timed(now);
                    RawClient client = new RawClient(server.localAddress())) {
                if (!before.isEmpty()) {
                    client.send(before).response("GET");
                }
                client.send(part);
                RawClient.Response response = passing(now, () -> client.response("GET"));

                assertThat(response.status()).isEqualTo(408);
                assertThat(response.header("connection")).isEqualTo("close");
                assertThat(now.get()).isAfter(Instant.EPOCH.plusSeconds(10));
                assertThat(client.ended()).isTrue();
            }
        }
    }

    @Test
    void closesConnectionWithoutARequestAfterTheHandshakeTimeout() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (NettyServer server = timed(now);
                RawClient silent = new RawClient(server.localAddress())) {
            assertThat(passing(now, silent::ended)).isTrue();
            assertThat(now.get()).isAfter(Instant.EPOCH.plusSeconds(10));
        }
    }

    @Test
    void keepsConnectionBetweenRequestsForLongerThanLoadBalancers() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        try (NettyServer server = timed(now);
                RawClient client = new RawClient(server.localAddress())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").response("GET");

            assertThat(passing(now, client::ended)).isTrue();
            assertThat(now.get()).isAfter(Instant.EPOCH.plusSeconds(75));
        }
    }
}
