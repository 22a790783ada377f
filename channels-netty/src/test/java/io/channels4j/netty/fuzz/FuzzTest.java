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

/**
 * Fuzzing, short in every build: {@code -Dfuzz.inputs=1000000 -Dfuzz.seed=7} is long, with one seed. The seed of a run is in the
 * name of its test.
 */
class FuzzTest {

    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 7_000);
    private static final int WARM_UP = Math.min(INPUTS / 10, 20_000);
    private static final int MOST_CONNECTIONS = 1_000;
    private static final long MIB = 1 << 20;

    private final AtomicLong open = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private ResourceLeakDetector.Level level;

    static List<Long> seeds() {
        Long seed = Long.getLong("fuzz.seed");
        return seed == null ? List.of(1L, 2L, ThreadLocalRandom.current().nextLong()) : List.of(seed);
    }

    @BeforeEach
    void watchEveryBuffer() {
        level = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    @AfterEach
    void watchAsBefore() {
        ResourceLeakDetector.setLevel(level);
    }

    private static List<Corpus> corpora() {
        return List.of(new HttpCorpus(), new WebSocketCorpus(false), new WebSocketCorpus(true), new Http2Corpus());
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @DisplayName("P7: whatever peers send is at most one debug line each, and leaves nothing behind")
    void standsWhateverPeersSend(long seed) {
        ServerListener counts = new Counts();
        try (WatchedLog log = new WatchedLog();
                NettyServer server = Target.server()
                        .limits(ServerLimits.defaults().withMaxConnections(MOST_CONNECTIONS))
                        .listeners(counts)
                        .start()) {
            Attack.on(server.localAddress(), corpora(), WARM_UP, seed + 1); // fills caches and pools
            long memory = allocated();
            long began = System.nanoTime();
            Attack.Outcome outcome = Attack.on(server.localAddress(), corpora(), INPUTS, seed);

            System.out.printf(
                    "fuzz: seed %d, %s in %d s, %d debug lines, %d access lines, %d requests and WebSockets%n",
                    seed,
                    outcome,
                    Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                    log.debugLines(),
                    log.accessLines(),
                    requests.get());
            assertThat(outcome.trouble()).isEmpty();
            assertThat(outcome.inputs()).isGreaterThanOrEqualTo(INPUTS);
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(open).hasValue(0));
            assertThat(answered(server.localAddress(), MOST_CONNECTIONS)).isEqualTo(MOST_CONNECTIONS);
            findLeaks();
            assertThat(log.complaints()).isEmpty();
            assertThat(allocated()).isLessThan(memory + 16 * MIB);
        }
    }

    /** Leaks are told when a later buffer is allocated and the lost one was collected. */
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

    /** Opens connections all at once, as many as the server takes when none of the earlier ones counts, and asks on each. */
    private static int answered(InetSocketAddress server, int connections) {
        List<Socket> sockets = new ArrayList<>();
        int answered = 0;
        try {
            for (int i = 0; i < connections; i++) {
                Socket socket = new Socket(server.getAddress(), server.getPort());
                sockets.add(socket);
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(new HttpCorpus().probe(i));
                byte[] status = socket.getInputStream().readNBytes(12);
                answered += new String(status, StandardCharsets.US_ASCII).equals("HTTP/1.1 200") ? 1 : 0;
            }
            for (Socket socket : sockets) {
                socket.close();
            }
        } catch (IOException e) {
            throw new AssertionError("the server no longer answers", e);
        }
        return answered;
    }

    @Test
    void noticesALineAboveDebug() {
        try (WatchedLog log = new WatchedLog()) {
            org.slf4j.LoggerFactory.getLogger("io.netty.anything").warn("an exception reached the tail");

            assertThat(log.complaints()).containsExactly("WARN io.netty.anything: an exception reached the tail");
        }
    }

    @Test
    void noticesALeak() {
        try (WatchedLog log = new WatchedLog()) {
            ByteBufAllocator.DEFAULT.directBuffer(16).writeInt(1);

            await().untilAsserted(() -> {
                findLeaks();
                assertThat(log.complaints()).singleElement().asString().contains("LEAK");
            });
        }
    }

    private final class Counts implements ServerListener {

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
