package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ch.qos.logback.classic.Level;
import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.concurrent.NonBlocking;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.netty.settings.OutboundSettings;
import io.channels4j.netty.settings.ProxySettings;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.netty.settings.ServerTimeouts;
import io.channels4j.netty.settings.TransportSettings;
import io.channels4j.server.ServerListener;
import io.channels4j.support.CapturedLog;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class NettyServerTest {

    private static NettyServerBuilder echo() {
        return ServersWithoutLifespan.builder(Apps.echo()).port(0);
    }

    @Test
    void reportsPortChosenByTheSystem() {
        try (NettyServer server = echo().start()) {
            assertThat(server.localAddress().getPort()).isPositive();
            assertThat(server.url())
                    .hasToString("http://127.0.0.1:" + server.localAddress().getPort());
        }
    }

    @Test
    void reportsPortInUse() {
        try (NettyServer server = echo().start()) {
            int port = server.localAddress().getPort();

            assertThatThrownBy(() -> ServersWithoutLifespan.builder(Apps.echo())
                            .port(port)
                            .start())
                    .isInstanceOf(ChannelsException.class)
                    .hasMessageStartingWith("listen: port " + port + " on 127.0.0.1 is taken");
        }
    }

    @Test
    void rejectsInvalidSettings() {
        assertThatThrownBy(() -> echo().port(65536)).hasMessage("port: 65536 (expected: 0-65535)");
        assertThatThrownBy(() -> echo().transport(TransportSettings.defaults().withEventLoopThreads(0)))
                .hasMessage("event loop threads: 0 (expected: 1 or more)");
        assertThatThrownBy(() -> echo().timeouts(ServerTimeouts.defaults().withPingTimeout(Duration.ZERO)))
                .hasMessage("ping timeout: PT0S (expected: more than zero)");
        assertThatThrownBy(() -> OutboundSettings.defaults().withMaxBytes(0))
                .hasMessage("max bytes: 0 (expected: 1 or more)");
        assertThatThrownBy(() -> ServerLimits.defaults().withMaxUrlBytes(0))
                .hasMessage("max URL bytes: 0 (expected: 1 or more)");
        assertThatThrownBy(() -> ServerLimits.defaults().withMaxHeaderBytes(1))
                .hasMessage("max header bytes: 1 (expected: 256 or more)");
    }

    @Test
    @SuppressWarnings("NullAway")
    void rejectsNullByName() {
        Stream.<Map.Entry<String, ThrowingCallable>>of(
                        Map.entry("application", () -> NettyServer.builder(null)),
                        Map.entry("certificate", () -> echo().tls((ServerCertificate) null)),
                        Map.entry("context", () -> echo().tls((SslContext) null)),
                        Map.entry("host", () -> echo().host(null)),
                        Map.entry("limits", () -> echo().limits(null)),
                        Map.entry("timeouts", () -> echo().timeouts(null)),
                        Map.entry("outbound", () -> echo().outbound(null)),
                        Map.entry("http2", () -> echo().http2(null)),
                        Map.entry("compression", () -> echo().compression(null)),
                        Map.entry("proxies", () -> echo().proxies(null)),
                        Map.entry("transport", () -> echo().transport(null)),
                        Map.entry("health", () -> echo().health(null)),
                        Map.entry("jsonMapper", () -> echo().jsonMapper(null)),
                        Map.entry("blockingThreads", () -> echo().blockingThreads(null)),
                        Map.entry("layer", () -> echo().channelLayer(null)),
                        Map.entry("channelLayers", () -> echo().channelLayers(null)),
                        Map.entry("listener", () -> echo().listeners((ServerListener) null)),
                        Map.entry("policy", () -> OutboundSettings.defaults().withPolicy(null)),
                        Map.entry("header", () -> ProxySettings.defaults().withTrusted(null, "10.0.0.0/8")),
                        Map.entry("clock", () -> ServerTimeouts.defaults().withClock(null)),
                        Map.entry(
                                "handshake timeout",
                                () -> ServerTimeouts.defaults().withHandshake(null)))
                .forEach(entry -> assertThatNullPointerException()
                        .isThrownBy(entry.getValue())
                        .withMessage(entry.getKey()));
    }

    @Test
    void answersApplicationThatReturnsNullWith500() {
        Application broken = (scope, receiver, sender) -> returned();
        try (CapturedLog log = CapturedLog.of("io.channels4j.netty")) {
            NettyServer server = NettyServer.builder(broken)
                    .port(0)
                    .timeouts(ServerTimeouts.defaults().withLifespan(Duration.ZERO))
                    .start();
            try (RawClient client = new RawClient(server.localAddress())) {
                assertThat(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
                                .response("GET")
                                .status())
                        .isEqualTo(500);
            }

            assertTimeoutPreemptively(Duration.ofSeconds(5), server::close);

            assertThat(log.messages(Level.ERROR)).hasSize(1);
            assertThat(log.failures())
                    .singleElement()
                    .asString()
                    .startsWith(NettyServerTest.class.getName())
                    .endsWith(".handle returned null (expected: a stage)");
        }
    }

    /** Returns null, like an application that was compiled without null checks might. */
    @SuppressWarnings("NullAway")
    private static CompletionStage<Void> returned() {
        return null;
    }

    @Test
    void runsApplicationsOnNonBlockingThreads() throws Exception {
        CompletableFuture<Thread> seen = new CompletableFuture<>();
        try (NettyServer server = ServersWithoutLifespan.builder((scope, receiver, sender) -> {
                            scope.executor().execute(() -> seen.complete(Thread.currentThread()));
                            return CompletableFuture.completedFuture(null);
                        })
                        .port(0)
                        .start();
                RawClient client = new RawClient(server.localAddress())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

            assertThat(seen.get(10, TimeUnit.SECONDS)).isInstanceOf(NonBlocking.class);
        }
    }

    @Test
    void closeStopsAllEventLoopThreads() throws Exception {
        NettyServer server = echo().transport(TransportSettings.defaults().withEventLoopThreads(2))
                .start();
        RawClient client = RawClient.open(server, "/");
        Set<Thread> loops = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread instanceof NonBlocking)
                .collect(Collectors.toSet());
        client.closeFrame(1000, "");

        server.close();
        server.close();

        for (Thread loop : loops) {
            loop.join(5000); // Netty reports termination before the thread has ended
        }
        assertThat(loops).isNotEmpty().noneMatch(Thread::isAlive);
    }

    @Test
    void closeCompletesResponseInProgress() throws Exception {
        CompletableFuture<Void> started = new CompletableFuture<>();
        CompletableFuture<Void> proceed = new CompletableFuture<>();
        NettyServer server = ServersWithoutLifespan.builder(Apps.script(http -> {
                    started.complete(null);
                    proceed.join();
                    http.respond(200, Headers.empty(), "done");
                }))
                .port(0)
                .transport(TransportSettings.defaults().withEventLoopThreads(1))
                .start();
        try (RawClient busy = new RawClient(server.localAddress());
                RawClient idle = new RawClient(server.localAddress())) {
            busy.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            started.get(10, TimeUnit.SECONDS);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
            assertThat(idle.ended()).isTrue();
            proceed.complete(null);
            RawClient.Response response = busy.response("GET");

            assertThat(response.body()).isEqualTo("done");
            assertThat(response.header("connection")).isEqualTo("close");
            assertThat(busy.ended()).isTrue();
            closing.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void closeEndsConnectionsAfterTheDrainTimeout() throws Exception {
        CompletableFuture<Void> started = new CompletableFuture<>();
        NettyServer server = ServersWithoutLifespan.builder((scope, receiver, sender) -> sender.send(
                                new HttpResponseStart(200, Headers.empty()))
                        .thenCompose(sent -> sender.send(new HttpResponseBody(new byte[1], true)))
                        .thenCompose(sent -> {
                            started.complete(null);
                            return scope.closed();
                        }))
                .port(0)
                .timeouts(ServerTimeouts.defaults().withDrain(Duration.ofMillis(100)))
                .start();
        try (RawClient client = new RawClient(server.localAddress())) {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            started.get(10, TimeUnit.SECONDS);
            CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);

            assertThatThrownBy(() -> client.response("GET")).hasRootCauseInstanceOf(java.io.EOFException.class);
            assertThat(closing).succeedsWithin(Duration.ofSeconds(10));
        }
    }

    @Test
    void rejectsCloseOnAnEventLoop() throws Exception {
        CompletableFuture<NettyServer> self = new CompletableFuture<>();
        CompletableFuture<Throwable> rejection = new CompletableFuture<>();
        try (NettyServer server = ServersWithoutLifespan.builder((scope, receiver, sender) -> {
                            try {
                                self.join().close();
                            } catch (ChannelsException e) {
                                rejection.complete(e);
                            }
                            return CompletableFuture.completedFuture(null);
                        })
                        .port(0)
                        .start();
                RawClient client = new RawClient(server.localAddress())) {
            self.complete(server);
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

            assertThat(rejection.get(10, TimeUnit.SECONDS))
                    .hasMessageMatching("close: thread channels-netty-\\d+ must not wait");
        }
    }
}
