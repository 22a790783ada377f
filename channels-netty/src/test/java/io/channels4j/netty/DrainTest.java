package io.channels4j.netty;

import static io.channels4j.routing.Route.mount;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.ConnectionClosedException;
import io.channels4j.Disconnect;
import io.channels4j.Headers;
import io.channels4j.consumer.Consumer;
import io.channels4j.http.AsyncSseConsumer;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.netty.settings.ProxySettings;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.netty.settings.TransportSettings;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DrainTest {

    private static int status(RawClient client, String path) {
        return client.send("GET " + path + " HTTP/1.1\r\nHost: h\r\n\r\n")
                .response("GET")
                .status();
    }

    private static NettyServerBuilder withHealth(Health health) {
        return ServersWithoutLifespan.builder(ProtocolTypeRouter.builder()
                        .http(URLRouter.of(mount("healthz", health.liveness()), mount("readyz", health.readiness())))
                        .build())
                .port(0)
                .health(health);
    }

    @Test
    void isReadyOnlyWhileRunning() {
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
    void becomesUnreadyBeforeItStopsListening() throws Exception {
        Health health = Health.create();
        NettyServer server = withHealth(health)
                .timeouts(ServerTimeouts.defaults().withDrainDelay(Duration.ofSeconds(2)))
                .start();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        await().until(() -> !health.isReady());
        try (RawClient client = new RawClient(server.localAddress())) {
            assertThat(status(client, "/readyz")).isEqualTo(503);
            assertThat(status(client, "/healthz")).isEqualTo(200);
        }

        closed.get(10, TimeUnit.SECONDS);
        assertThatThrownBy(() -> new RawClient(server.localAddress()).reset()).hasMessageContaining("refused");
    }

    /** Uses 300 connections on one event loop, which are too many to drain in a single step. */
    @Test
    void closesManyWebSocketsGraduallyWithServiceRestart() {
        List<RawClient> clients = new ArrayList<>();
        try (NettyServer server = ServersWithoutLifespan.builder(Apps.echo())
                .port(0)
                .transport(TransportSettings.defaults().withEventLoopThreads(1))
                .timeouts(ServerTimeouts.defaults().withDrain(Duration.ofSeconds(4)))
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
    void completesResponsesInProgress() throws Exception {
        CountDownLatch started = new CountDownLatch(20);
        CompletableFuture<Void> proceed = new CompletableFuture<>();
        NettyServer server = ServersWithoutLifespan.builder(Apps.script(http -> {
                    started.countDown();
                    proceed.join();
                    http.respond(200, Headers.empty(), "whole");
                }))
                .port(0)
                .start();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            clients.add(new RawClient(server.localAddress()).send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
        }
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
        proceed.complete(null);

        assertThat(clients)
                .allSatisfy(client -> assertThat(client.response("GET").body()).isEqualTo("whole"));
        assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
        clients.forEach(RawClient::close);
    }

    @Test
    void mountsApplicationUnderRootPath() {
        Health health = Health.create();
        try (NettyServer server = withHealth(health)
                        .proxies(ProxySettings.defaults().withRootPath("/app"))
                        .start();
                RawClient client = new RawClient(server.localAddress())) {
            assertThat(status(client, "/app/healthz")).isEqualTo(200);
        }
        assertThatThrownBy(() ->
                        withHealth(health).proxies(ProxySettings.defaults().withRootPath("app")))
                .hasMessageContaining("expected: a leading slash");
    }

    /** The main class of a forked process that serves event streams. */
    static final class EventStreamProcess {
        public static void main(String[] arguments) {
            NettyServer server = ServersWithoutLifespan.builder(Consumer.application(News::new))
                    .port(0)
                    .start();
            System.out.println(server.localAddress().getPort());
        }
    }

    static class News extends AsyncSseConsumer {
        @Override
        protected CompletionStage<Void> connect() {
            accept();
            return send("first");
        }
    }

    private final class RecordingNews extends News {
        @Override
        protected CompletionStage<Void> disconnect(Disconnect why) {
            disconnectReasons.add(why.reason());
            return CompletableFuture.completedFuture(null);
        }
    }

    private final List<String> disconnectReasons = new CopyOnWriteArrayList<>();

    private static Process fork(Class<?> main) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    @Test
    void endsEventStreamsOnSigtermBeforeTheDrainTimeout() throws Exception {
        Process forked = fork(EventStreamProcess.class);
        List<RawClient> clients = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(forked.getInputStream(), StandardCharsets.UTF_8))) {
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(out.readLine()));
            for (int i = 0; i < 20; i++) {
                RawClient client = new RawClient(address).send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
                clients.add(client);
                assertThat(client.peek()).isEqualTo('H');
            }
            forked.destroy();

            assertThat(clients)
                    .allSatisfy(
                            client -> assertThat(client.response("GET").body()).isEqualTo(":\n\ndata: first\n\n"));
            assertThat(forked.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            clients.forEach(RawClient::close);
            forked.destroyForcibly();
        }
        assertThat(forked.exitValue()).isEqualTo(143);
    }

    @Test
    void disconnectsEventStreamConsumersOnce() {
        NettyServer server = ServersWithoutLifespan.builder(Consumer.application(RecordingNews::new))
                .port(0)
                .start();
        try (RawClient client = new RawClient(server.localAddress()).send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")) {
            assertThat(client.peek()).isEqualTo('H');
            server.close();

            assertThat(client.response("GET").body()).isEqualTo(":\n\ndata: first\n\n");
            assertThat(client.ended()).isTrue();
        }
        assertThat(disconnectReasons).containsExactly("response complete");
    }

    @Test
    void endsEventStreamAfterTheCurrentEvent() throws Exception {
        CompletableFuture<Void> firstHalfSent = new CompletableFuture<>();
        CompletableFuture<Void> proceed = new CompletableFuture<>();
        CompletableFuture<Throwable> lateSend = new CompletableFuture<>();
        NettyServer server = ServersWithoutLifespan.builder(Apps.script(http -> {
                    http.send(new HttpResponseStart(200, Headers.of("content-type", "text/event-stream")));
                    http.send(new HttpResponseBody("data: ha".getBytes(StandardCharsets.US_ASCII), true));
                    firstHalfSent.complete(null);
                    proceed.join();
                    http.send(new HttpResponseBody("lf\r\n\r\n".getBytes(StandardCharsets.US_ASCII), true));
                    http.sender()
                            .send(new HttpResponseBody(new byte[0], true))
                            .whenComplete((nothing, failure) -> lateSend.complete(failure));
                }))
                .port(0)
                .start();
        try (RawClient client = new RawClient(server.localAddress()).send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")) {
            firstHalfSent.get(10, TimeUnit.SECONDS);
            CompletableFuture<Void> closed = CompletableFuture.runAsync(server::close);
            await().until(() -> refusesConnections(server));
            proceed.complete(null);

            assertThat(client.response("GET").body()).isEqualTo("data: half\r\n\r\n");
            assertThat(closed).succeedsWithin(Duration.ofSeconds(10));
        }
        assertThat(lateSend.get(10, TimeUnit.SECONDS))
                .isInstanceOf(ConnectionClosedException.class)
                .hasMessageContaining("the request has ended (the server is shutting down)");
    }

    private static boolean refusesConnections(NettyServer server) {
        try {
            new RawClient(server.localAddress()).close();
            return false;
        } catch (UncheckedIOException refused) {
            return true;
        }
    }

    /** The main class of a forked process that echoes WebSocket messages. */
    static final class EchoProcess {
        public static void main(String[] arguments) {
            NettyServer server =
                    ServersWithoutLifespan.builder(Apps.echo()).port(0).start();
            System.out.println(server.localAddress().getPort());
        }
    }

    @Test
    @DisplayName("P8: by default, a server drains its connections on SIGTERM")
    void closesGracefullyOnSigterm() throws Exception {
        Process forked = fork(EchoProcess.class);
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
