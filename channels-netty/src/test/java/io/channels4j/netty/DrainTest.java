package io.channels4j.netty;

import static io.channels4j.routing.Route.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.Headers;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DrainTest {

    private static int status(RawClient client, String path) {
        return client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n")
                .response("GET")
                .status();
    }

    private static NettyServerBuilder withHealth(Health health) {
        return NettyServer.builder(ProtocolTypeRouter.builder()
                        .http(URLRouter.of(path("healthz", health.liveness()), path("readyz", health.readiness())))
                        .build())
                .port(0)
                .health(health);
    }

    @Test
    void isReadyWhileItRuns() {
        Health health = Health.create();
        assertThat(health.isReady()).isFalse();
        try (NettyServer server = withHealth(health).start();
                RawClient client = new RawClient(server.localAddress())) {
            assertThat(status(client, "/healthz")).isEqualTo(200);
            assertThat(status(client, "/readyz")).isEqualTo(200);
        }
        assertThat(health.isReady()).isFalse();
    }

    @Test
    void turnsUnreadyBeforeItStopsListening() throws Exception {
        Health health = Health.create();
        NettyServer server =
                withHealth(health).drainDelay(Duration.ofSeconds(2)).start();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        await().until(() -> !health.isReady());
        try (RawClient client = new RawClient(server.localAddress())) {
            assertThat(status(client, "/readyz")).isEqualTo(503);
            assertThat(status(client, "/healthz")).isEqualTo(200);
        }

        closed.get(10, TimeUnit.SECONDS);
        assertThatThrownBy(() -> new RawClient(server.localAddress()).reset()).hasMessageContaining("refused");
    }

    /** 300 on one loop are more than one step takes. */
    @Test
    void tellsAllOfManyWebSocketsThatTheServiceRestarts() {
        List<RawClient> clients = new ArrayList<>();
        try (NettyServer server = NettyServer.builder(Apps.echo())
                .port(0)
                .lifespan(false)
                .eventLoopThreads(1)
                .drainTimeout(Duration.ofSeconds(4))
                .start()) {
            for (int i = 0; i < 300; i++) {
                clients.add(RawClient.open(server, "/"));
            }
            long start = System.nanoTime();
            CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
            for (RawClient client : clients) {
                assertThat(client.frame().closeCode()).isEqualTo(1012);
                client.closeFrame(1012, "");
            }
            long spread = System.nanoTime() - start;

            assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
            assertThat(Duration.ofNanos(spread)).isGreaterThan(Duration.ofMillis(200));
        } finally {
            clients.forEach(RawClient::close);
        }
    }

    @Test
    void finishesResponsesUnderLoad() throws Exception {
        CountDownLatch underWay = new CountDownLatch(20);
        CompletableFuture<Void> goOn = new CompletableFuture<>();
        NettyServer server = NettyServer.builder(Apps.script(http -> {
                    underWay.countDown();
                    goOn.join();
                    http.respond(200, Headers.empty(), "whole");
                }))
                .port(0)
                .lifespan(false)
                .start();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(new RawClient(server.localAddress()).send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
        }
        assertThat(underWay.await(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        goOn.complete(null);

        assertThat(clients)
                .allSatisfy(client -> assertThat(client.response("GET").body()).isEqualTo("whole"));
        assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
        clients.forEach(RawClient::close);
    }

    @Test
    void mountsTheApplicationUnderARootPath() {
        Health health = Health.create();
        try (NettyServer server = withHealth(health).rootPath("/app").start();
                RawClient client = new RawClient(server.localAddress())) {
            assertThat(status(client, "/app/healthz")).isEqualTo(200);
        }
        assertThatThrownBy(() -> withHealth(health).rootPath("app")).hasMessageContaining("expected: a leading slash");
    }

    /** What the forked process runs. */
    static final class Served {
        public static void main(String[] arguments) {
            NettyServer server = NettyServer.builder(Apps.echo())
                    .port(0)
                    .lifespan(false)
                    .closeOnShutdown(true)
                    .start();
            System.out.println(server.localAddress().getPort());
        }
    }

    @Test
    void closesInOrderOnSigterm() throws Exception {
        Process forked = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Served.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(forked.getInputStream(), StandardCharsets.UTF_8))) {
            int port = Integer.parseInt(out.readLine());
            try (RawClient client = new RawClient(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
                assertThat(client.handshake("/").status()).isEqualTo(101);
                forked.destroy();

                assertThat(client.frame().closeCode()).isEqualTo(1012);
                client.closeFrame(1012, "");
            }
            assertThat(forked.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            forked.destroyForcibly();
        }
        assertThat(forked.exitValue()).isEqualTo(143);
    }
}
