package io.channels4j.netty.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Scope;
import io.channels4j.netty.NettyServer;
import io.channels4j.netty.settings.ServerLimits;
import io.channels4j.server.ConnectionSummary;
import io.channels4j.server.ServerListener;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Sends a few thousand random inputs per seed to a server in every build. For a long run, set {@code
 * -Dfuzz.inputs=1000000} (arbitrary inputs) or {@code -Dfuzz.sequences=1000000} (sequences with a valid prefix). {@code
 * -Dfuzz.seed=7} runs a single seed. On a busy machine, set {@code -Dfuzz.timeout=300} (seconds). The name of each test
 * contains its seed.
 */
class FuzzTest {

    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 7_000);
    private static final int SEQUENCES = Integer.getInteger("fuzz.sequences", 3_000);
    private static final int MAX_WARM_UP = 20_000;
    private static final int MAX_CONNECTIONS = 1_000;
    private static final long MIB = 1 << 20;

    private final AtomicLong open = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private ResourceLeakDetector.Level level;

    static List<Long> seeds() {
        Long seed = Long.getLong("fuzz.seed");
        return seed == null ? List.of(1L, 2L, ThreadLocalRandom.current().nextLong()) : List.of(seed);
    }

    @BeforeEach
    void trackEveryBuffer() {
        level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterEach
    void restoreLeakDetection() {
        ResourceLeakDetector.setLevel(level);
    }

    private static List<Corpus> corpora() {
        return List.of(new HttpCorpus(), new WebSocketCorpus(false), new WebSocketCorpus(true), new Http2Corpus());
    }

    private static List<Corpus> sequences() {
        return List.of(
                new SequenceCorpus(new HttpCorpus(), new HttpSequences()),
                new SequenceCorpus(new WebSocketCorpus(true), new WebSocketSequences()),
                new SequenceCorpus(new Http2Corpus(), new Http2Sequences()));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName(
            "P7: any input causes at most one debug line per connection, and leaves no connection or memory behind")
    void anyInputIsHarmless(long seed) {
        assertHarmless(corpora(), INPUTS, seed);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("P7: any sequence with a valid prefix causes at most one debug line per connection, and leaves nothing"
            + " behind")
    void anySequenceIsHarmless(long seed) {
        assertHarmless(sequences(), SEQUENCES, seed);
    }

    /**
     * Checks that the server does not close the connection because of a sequence without a mutation. WebSocket sequences are
     * excluded, because they may end with a close frame.
     */
    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1", "HTTP/2"})
    void sequencesAreValidBeforeTheirMutation(String protocol) {
        SequenceCorpus corpus = (SequenceCorpus) sequences().get(protocol.equals("HTTP/2") ? 2 : 0);
        Corpus valid = corpus.withoutMutation();
        try (NettyServer server = FuzzedServer.server().start()) {
            Fuzzer.Outcome outcome = Fuzzer.run(server.localAddress(), List.of(valid), 500, 3);
            assertThat(outcome.failure()).isEmpty();
            assertThat(outcome.closed()).isZero();
        }
    }

    private void assertHarmless(List<Corpus> corpora, int inputs, long seed) {
        int warmUp = Math.min(inputs / 10, MAX_WARM_UP);
        ServerListener counter = new ConnectionCounter();
        try (LogMonitor log = new LogMonitor();
                NettyServer server = FuzzedServer.server()
                        .limits(ServerLimits.defaults().withMaxConnections(MAX_CONNECTIONS))
                        .listeners(counter)
                        .start()) {
            Fuzzer.run(server.localAddress(), corpora, warmUp, seed + 1); // warms up caches and pools
            long memory = allocated();
            long start = System.nanoTime();
            Fuzzer.Outcome outcome = Fuzzer.run(server.localAddress(), corpora, inputs, seed);

            System.out.printf(
                    "fuzz: seed %d, %s in %d s, %d debug lines, %d access lines, %d requests and WebSockets%n",
                    seed,
                    outcome,
                    Duration.ofNanos(System.nanoTime() - start).toSeconds(),
                    log.debugLines(),
                    log.accessLines(),
                    requests.get());
            assertThat(outcome.failure()).isEmpty();
            assertThat(outcome.inputs()).isGreaterThanOrEqualTo(inputs);
            await().atMost(Duration.ofSeconds(FuzzedServer.TIMEOUT_SECONDS))
                    .untilAsserted(() -> assertThat(open).hasValue(0));
            assertThat(countResponses(server.localAddress(), MAX_CONNECTIONS)).isEqualTo(MAX_CONNECTIONS);
            findLeaks();
            assertThat(log.violations()).isEmpty();
            assertThat(allocated()).isLessThan(memory + 16 * MIB);
        }
    }

    /** Forces a garbage collection and allocates buffers, so that Netty reports leaked buffers. */
    private static void findLeaks() {
        for (int i = 0; i < 3; i++) {
            System.gc();
            ByteBufAllocator.DEFAULT.directBuffer(16).release();
            ByteBufAllocator.DEFAULT.heapBuffer(16).release();
        }
    }

    private static long allocated() {
        ByteBufAllocatorMetric metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }

    /** Opens concurrent connections, sends a probe on each, and returns the number of responses with status 200. */
    private static int countResponses(InetSocketAddress server, int connections) {
        List<Socket> sockets = new ArrayList<>();
        int responses = 0;
        try {
            for (int i = 0; i < connections; i++) {
                Socket socket = new Socket(server.getAddress(), server.getPort());
                sockets.add(socket);
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(new HttpCorpus().probe(i));
                byte[] status = socket.getInputStream().readNBytes(12);
                responses += new String(status, StandardCharsets.US_ASCII).equals("HTTP/1.1 200") ? 1 : 0;
            }
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new AssertionError("the server no longer answers", e);
        }
        return responses;
    }

    @Test
    void detectsLineAboveDebugLevel() {
        try (LogMonitor log = new LogMonitor()) {
            org.slf4j.LoggerFactory.getLogger("io.netty.anything").warn("an exception reached the tail");

            assertThat(log.violations()).containsExactly("WARN io.netty.anything: an exception reached the tail");
        }
    }

    @Test
    void detectsLeak() {
        try (LogMonitor log = new LogMonitor()) {
            ByteBufAllocator.DEFAULT.directBuffer(16).writeInt(1);

            await().untilAsserted(() -> {
                findLeaks();
                assertThat(log.violations()).singleElement().asString().contains("LEAK");
            });
        }
    }

    private final class ConnectionCounter implements ServerListener {

        @Override
        public void opened(Scope scope) {
            open.incrementAndGet();
            requests.incrementAndGet();
        }

        @Override
        public void closed(Scope scope, ConnectionSummary summary) {
            open.decrementAndGet();
        }
    }
}
