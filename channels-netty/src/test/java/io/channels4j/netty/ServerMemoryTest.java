package io.channels4j.netty;

import static io.channels4j.routing.Route.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.http.HttpConsumer;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.netty.settings.TransportSettings;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests the limits on the memory of all connections together. */
class ServerMemoryTest {

    private static final int MIB = 1 << 20;
    private static final int MAX_BYTES = 8 * MIB;
    private static final int CLIENTS = 40;

    /** The maximum variation of {@link #usedHeap} that is not caused by input and output. */
    private static final long HEAP_MARGIN = 6L * MIB;

    private static final byte[] LARGE = new byte[MIB - 1];
    private static final byte[] MESSAGE = RawClient.frameBytes(0x82, LARGE);
    private static final byte[] PART = RawClient.frameBytes(0x02, LARGE);

    private final ConcurrentLinkedQueue<Integer> closed = new ConcurrentLinkedQueue<>();
    private final AtomicLong started = new AtomicLong();
    private final CompletableFuture<Void> never = new CompletableFuture<>();
    private final List<RawClient> clients = new ArrayList<>();
    private NettyServer server;

    private static final class Echo extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return send(text);
        }

        @Override
        protected CompletionStage<Void> receive(byte[] bytes) {
            return send(bytes.clone());
        }
    }

    private final class Stuck extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(byte[] bytes) {
            return never;
        }
    }

    private static final class Upload extends HttpConsumer {

        @Override
        protected void handle(byte[] body) {
            sendResponse(200, "ok");
        }
    }

    private final class Download extends AsyncHttpConsumer {

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            started.incrementAndGet();
            return sendResponse(200, Headers.empty(), new byte[MIB]);
        }
    }

    private Application application() {
        return ProtocolTypeRouter.builder()
                .http(URLRouter.of(path("upload", Upload::new), path("download", Download::new)))
                .websocket(URLRouter.of(path("echo", Echo::new), path("stuck", Stuck::new)))
                .build();
    }

    private void start(ServerLimits limits, int eventLoops) {
        server = NettyServer.builder(application())
                .limits(limits)
                .transport(TransportSettings.defaults().withEventLoopThreads(eventLoops))
                .listeners(new ServerListener() {
                    @Override
                    public void closed(Scope scope, ConnectionSummary summary) {
                        closed.add(summary.status());
                    }
                })
                .port(0)
                .start();
    }

    @AfterEach
    void stop() {
        never.complete(null);
        clients.forEach(RawClient::close);
        try {
            await().untilAsserted(() -> {
                assertThat(server.memory().inbound().total()).isZero();
                assertThat(server.memory().outbound().total()).isZero();
            });
        } finally {
            server.close();
        }
    }

    private RawClient open(String path) {
        RawClient client = new RawClient(server.localAddress(), 4096);
        clients.add(client);
        assertThat(client.handshake(path).status()).isEqualTo(101);
        return client;
    }

    private RawClient connect(String request) {
        RawClient client = new RawClient(server.localAddress(), 4096);
        clients.add(client);
        return client.send(request);
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private void assertHonestClientsAreServed(RawClient member) {
        assertThat(member.text("hello").frame().text()).isEqualTo("hello");
        try (RawClient client = new RawClient(server.localAddress())) {
            client.send("POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello");
            assertThat(client.response("POST").status()).isEqualTo(200);
        }
    }

    private int countOf(int status) {
        return (int) closed.stream().filter(code -> code == status).count();
    }

    @Test
    @DisplayName(
            "P3: incomplete messages of all connections are limited together; the largest are closed with code 1013")
    void limitsIncompleteMessages() {
        start(ServerLimits.defaults().withMaxInboundBytes(MAX_BYTES), 2);
        RawClient honest = open("/echo");
        long before = usedHeap();
        for (int i = 0; i < CLIENTS; i++) {
            open("/echo").send(PART);
            assertHonestClientsAreServed(honest);
        }

        await().untilAsserted(() -> assertThat(usedHeap() - before).isLessThan(MAX_BYTES + HEAP_MARGIN));
        assertHonestClientsAreServed(honest);
        clients.subList(1, clients.size()).forEach(RawClient::close);
        await().untilAsserted(() -> assertThat(countOf(1013)).isBetween(CLIENTS - MAX_BYTES / MIB, CLIENTS));
    }

    @Test
    @DisplayName("P3: messages that wait for the application are limited together; without memory, none is read ahead")
    void limitsWaitingMessages() {
        start(ServerLimits.defaults().withMaxInboundBytes(MAX_BYTES), 1);
        RawClient honest = open("/echo");
        for (int i = 0; i < CLIENTS; i++) {
            open("/stuck").send(RawClient.frameBytes(0x82, new byte[600_000])).send(MESSAGE);
            assertHonestClientsAreServed(honest);
        }

        clients.subList(1, clients.size()).forEach(RawClient::close);
        await().untilAsserted(() -> assertThat(countOf(1013)).isBetween(CLIENTS - 2 * MAX_BYTES / MIB, CLIENTS));
    }

    @Test
    @DisplayName("P3: bodies of all requests are limited together; the largest are answered with status 503")
    void limitsBodies() {
        start(ServerLimits.defaults().withMaxInboundBytes(MAX_BYTES), 2);
        RawClient honest = open("/echo");
        long before = usedHeap();
        String request = "POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + MIB + "\r\n\r\n";
        for (int i = 0; i < CLIENTS; i++) {
            connect(request).send(LARGE);
            assertHonestClientsAreServed(honest);
        }

        await().untilAsserted(() -> assertThat(countOf(503)).isBetween(CLIENTS - MAX_BYTES / MIB, CLIENTS));
        await().untilAsserted(() -> assertThat(usedHeap() - before).isLessThan(MAX_BYTES + HEAP_MARGIN));
        assertHonestClientsAreServed(honest);
    }

    @Test
    @DisplayName("P3: output of all WebSockets is limited together; peers that do not read are closed with code 1013")
    void limitsOutputOfWebSockets() {
        start(ServerLimits.defaults().withMaxOutboundBytes(MAX_BYTES), 2);
        RawClient honest = open("/echo");
        long before = usedHeap();
        for (int i = 0; i < CLIENTS; i++) {
            open("/echo").send(MESSAGE);
            assertHonestClientsAreServed(honest);
        }

        await().untilAsserted(() -> assertThat(countOf(1013)).isBetween(CLIENTS - MAX_BYTES / MIB * 2, CLIENTS));
        await().untilAsserted(() -> assertThat(usedHeap() - before).isLessThan(MAX_BYTES + HEAP_MARGIN));
        assertHonestClientsAreServed(honest);
    }

    @Test
    @DisplayName("P3: responses of all connections are limited together; clients that do not read are disconnected")
    void limitsResponses() {
        start(ServerLimits.defaults().withMaxOutboundBytes(MAX_BYTES), 2);
        RawClient honest = open("/echo");
        long before = usedHeap();
        for (int i = 0; i < CLIENTS; i++) {
            connect("GET /download HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertHonestClientsAreServed(honest);
        }

        await().untilAsserted(() -> assertThat(started).hasValue(CLIENTS));
        await().untilAsserted(() -> assertThat(usedHeap() - before).isLessThan(MAX_BYTES + HEAP_MARGIN));
        assertHonestClientsAreServed(honest);
    }

    @Test
    @DisplayName("P3: requests of an HTTP/2 connection start only while little of its output waits, and then in order")
    void defersRequestsOfAConnectionWhoseOutputWaits() {
        start(ServerLimits.defaults(), 1);
        try (Http2Client client = Http2Client.open(server, 4, 0)) {
            int streams = 10;
            for (int i = 0; i < streams; i++) {
                client.get(2 * i + 1, "/download");
            }
            client.frame(6, 0, 0, new byte[8]).next(0); // all requests have arrived
            await().until(() -> started.get() > 0);
            client.frame(6, 0, 0, new byte[8]).next(0); // all due tasks have run
            assertThat(started).hasValue(1);

            client.window(0, Integer.MAX_VALUE - 65_535);
            for (int i = 0; i < streams; i++) {
                int stream = 2 * i + 1;
                assertThat(client.head(stream).status()).isEqualTo(200);
                client.window(stream, MIB);
                int received = 0;
                while (received < MIB) {
                    received += client.next(stream).payload().length;
                }
            }
            assertThat(started).hasValue(streams);
        }
    }
}
