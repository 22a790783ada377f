package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.netty.settings.ServerTimeouts;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sends SIGTERM to a process that is serving busy HTTP and WebSocket clients. */
class DrainUnderLoadTest {

    private static final int HTTP_CLIENTS = 8;
    private static final int WEB_SOCKETS = 24;
    private static final int PARTS = 5;
    private static final String PART = "part".repeat(500);
    private static final Duration DRAIN = Duration.ofSeconds(8);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger responses = new AtomicInteger();
    private final AtomicInteger echoes = new AtomicInteger();
    private Process server;
    private InetSocketAddress address;

    /** The main class of the forked process. */
    static final class ServerProcess {

        public static void main(String[] arguments) {
            Application http = (scope, receiver, sender) ->
                    sender.send(new HttpResponseStart(200, Headers.empty())).thenCompose(sent -> parts(sender, PARTS));
            NettyServer server = ServersWithoutLifespan.builder((scope, receiver, sender) ->
                            (scope.type().equals("http") ? http : Apps.echo()).handle(scope, receiver, sender))
                    .port(0)
                    .timeouts(ServerTimeouts.defaults().withDrain(DRAIN))
                    .start();
            System.out.println(server.localAddress().getPort());
        }

        /** Pauses between the parts of a response, so that responses are in progress when the signal arrives. */
        private static CompletionStage<Void> parts(io.channels4j.Sender sender, int remaining) {
            byte[] part = PART.getBytes(StandardCharsets.US_ASCII);
            if (remaining == 1) {
                return sender.send(new HttpResponseBody(part, false));
            }
            return sender.send(new HttpResponseBody(part, true))
                    .thenRunAsync(() -> {}, CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS))
                    .thenCompose(ignored -> parts(sender, remaining - 1));
        }
    }

    @BeforeEach
    void fork() throws IOException {
        server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerProcess.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(out.readLine()));
    }

    @AfterEach
    void stop() {
        threads.shutdownNow();
        server.destroyForcibly();
    }

    /**
     * Repeats a request until the server closes the connection. Returns the bytes of an incomplete response, or an empty string.
     */
    private String requestUntilClosed() {
        try (RawClient client = new RawClient(address)) {
            while (true) {
                String response = requestOnce(client);
                if (!response.endsWith("0\r\n\r\n")) {
                    return response;
                }
                responses.incrementAndGet();
            }
        }
    }

    private static String requestOnce(RawClient client) {
        try {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
        } catch (UncheckedIOException closedBetweenResponses) {
            return "";
        }
        return client.readUntil("0\r\n\r\n");
    }

    /** Sends and receives messages until the server closes the WebSocket. Returns the close code. */
    private int echoUntilClosed() {
        try (RawClient client = new RawClient(address)) {
            assertThat(client.handshake("/").status()).isEqualTo(101);
            while (true) {
                client.text("hello");
                RawClient.Frame frame = client.frame();
                if (frame.opcode() == 8) {
                    client.closeFrame(frame.closeCode(), "");
                    return frame.closeCode();
                }
                assertThat(frame.text()).isEqualTo("hello");
                echoes.incrementAndGet();
            }
        }
    }

    @Test
    void completesResponsesAndClosesWebSockets() throws Exception {
        List<Future<String>> http = new ArrayList<>();
        List<Future<Integer>> webSockets = new ArrayList<>();
        for (int i = 0; i < HTTP_CLIENTS; i++) {
            http.add(threads.submit(this::requestUntilClosed));
        }
        for (int i = 0; i < WEB_SOCKETS; i++) {
            webSockets.add(threads.submit(this::echoUntilClosed));
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> responses.get() > 10 * HTTP_CLIENTS && echoes.get() > 10 * WEB_SOCKETS);

        server.destroy(); // SIGTERM

        assertThat(server.waitFor(DRAIN.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(server.exitValue()).isEqualTo(143);
        assertThat(http)
                .allSatisfy(
                        client -> assertThat(client.get(1, TimeUnit.SECONDS)).isEmpty());
        assertThat(webSockets)
                .allSatisfy(
                        client -> assertThat(client.get(1, TimeUnit.SECONDS)).isEqualTo(1012));
    }
}
