package io.channels4j.benchmarks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.benchmarks.bare.BareNettyServer;
import io.channels4j.benchmarks.endtoend.RoomsLoad.Pace;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Verifies that a run measures its traffic and reports no violations when the server behaves correctly. */
class WorkloadRunTest {

    private static final WorkloadRun.Times SHORT = new WorkloadRun.Times(Duration.ofMillis(50), Duration.ofMillis(200));

    private static BareNettyServer server;

    @BeforeAll
    static void startServer() {
        server = BareNettyServer.start(0, null, null);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    static Stream<Workload> workloads() {
        Room.Shape small = new Room.Shape("/ws/chat/%s/", 5, 64);
        return Stream.of(
                Workload.echo("echo", 2, 16, 1024, true),
                Workload.echo("echo-binary", 2, 1, 32, false),
                Workload.room("room", 20, 4, true),
                Workload.rooms("rooms", 4, small, new Pace.Window(1)),
                Workload.rooms("paced", 1, small, new Pace.Every(Duration.ofMillis(10))),
                Workload.connect());
    }

    @ParameterizedTest
    @MethodSource("workloads")
    void seesTrafficInOrder(Workload workload) {
        Measurement seen = trial(server.port()).run(workload::load, SHORT);

        assertThat(seen.trouble()).isEmpty();
        assertThat(seen.order()).isEqualTo(new Load.Order(0, 0, 0));
        assertThat(seen.operationsPerSecond()).isPositive();
    }

    @Test
    void reportsRefusedConnections() {
        int port;
        try (BareNettyServer gone = BareNettyServer.start(0, null, null)) {
            port = gone.port();
        }

        Measurement seen = trial(port).run(Workload.echo("echo", 1, 1, 32, true)::load, SHORT);

        assertThat(seen.sound()).isFalse();
        assertThat(seen.trouble()).contains("onnection refused");
    }

    private static WorkloadRun trial(int port) {
        return new WorkloadRun(List.of(port), Wire.PLAIN, List.of(ProcessHandle.current()));
    }
}
