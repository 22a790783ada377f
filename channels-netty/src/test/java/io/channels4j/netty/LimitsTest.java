package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Headers;
import io.channels4j.netty.settings.ServerLimits;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class LimitsTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

    private static NettyServerBuilder echo() {
        return ServersWithoutLifespan.builder(Apps.echo()).port(0);
    }

    @Test
    void rejectsConnectionBeyondTheLimit() {
        try (NettyServer server = echo().limits(ServerLimits.defaults().withMaxConnections(1))
                        .start();
                RawClient first = RawClient.open(server, "/");
                RawClient second = new RawClient(server.localAddress())) {
            RawClient.Response response = second.response("GET");

            assertThat(response.status()).isEqualTo(503);
            assertThat(response.header("retry-after")).isEqualTo("1");
            assertThat(second.ended()).isTrue();
            assertThat(first.text("fine").frame().text()).isEqualTo("fine");
        }
    }

    @Test
    void acceptsConnectionAfterAnotherHasClosed() {
        try (NettyServer server =
                echo().limits(ServerLimits.defaults().withMaxConnections(1)).start()) {
            RawClient.open(server, "/").close();

            await().untilAsserted(() -> {
                try (RawClient next = new RawClient(server.localAddress())) {
                    assertThat(next.handshake("/").status()).isEqualTo(101);
                }
            });
        }
    }

    @Test
    void rejectsConnectionBeyondTheLimitPerAddress() {
        try (NettyServer server = echo().limits(ServerLimits.defaults().withMaxConnectionsPerAddress(1))
                        .start();
                RawClient first = RawClient.open(server, "/");
                RawClient second = new RawClient(server.localAddress())) {
            assertThat(second.response("GET").status()).isEqualTo(503);
            assertThat(first.text("fine").frame().text()).isEqualTo("fine");
        }
    }

    @Test
    void rejectsHandshakeBeyondTheRateLimit() {
        try (NettyServer server = echo().limits(ServerLimits.defaults().withMaxHandshakesPerSecond(1))
                        .start();
                RawClient first = new RawClient(server.localAddress());
                RawClient second = new RawClient(server.localAddress())) {
            assertThat(first.handshake("/").status()).isEqualTo(101);
            assertThat(second.handshake("/").status()).isEqualTo(503);
        }
    }

    @Test
    void rejectsRequestBeyondTheLimitAndAcceptsLaterOnes() throws Exception {
        CompletableFuture<Void> started = new CompletableFuture<>();
        CompletableFuture<Void> proceed = new CompletableFuture<>();
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.script(http -> {
                            started.complete(null);
                            proceed.join();
                            http.respond(200, Headers.empty(), "");
                        }))
                        .port(0)
                        .limits(ServerLimits.defaults().withMaxRequests(1))
                        .start();
                RawClient first = new RawClient(server.localAddress());
                RawClient second = new RawClient(server.localAddress())) {
            first.send(GET);
            started.join();
            assertThat(second.send(GET).response("GET").status()).isEqualTo(503);
            proceed.complete(null);
            assertThat(first.response("GET").status()).isEqualTo(200);

            assertThat(first.send(GET).response("GET").status()).isEqualTo(200);
        }
    }
}
