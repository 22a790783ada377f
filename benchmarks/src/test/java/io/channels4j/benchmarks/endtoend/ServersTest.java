package io.channels4j.benchmarks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.benchmarks.ContractServer;
import io.channels4j.benchmarks.bare.BareNettyServer;
import io.channels4j.netty.NettyServer;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Verifies that both kinds of server work in every setting. */
class ServersTest {

    private static final WorkloadRun.Times SHORT = new WorkloadRun.Times(Duration.ofMillis(50), Duration.ofMillis(200));

    /** Messages are long enough to be compressed in the setting that negotiates compression. */
    private static final Workload ROOM =
            Workload.rooms("room", 1, new Room.Shape("/ws/chat/%s/", 20, 2048), new RoomsLoad.Pace.Window(4));

    private static final Workload BLOCKING_ROOM =
            Workload.rooms("room", 1, new Room.Shape("/ws/blocking/chat/%s/", 20, 64), new RoomsLoad.Pace.Window(4));

    /** A server that runs in this process. */
    private record Server(int port, Runnable stop) implements AutoCloseable {

        @Override
        public void close() {
            stop.run();
        }
    }

    enum Kind {
        OURS {
            @Override
            Server start(@Nullable String redis, @Nullable String certificate) {
                NettyServer server = ContractServer.start(0, redis, certificate);
                return new Server(server.localAddress().getPort(), server::close);
            }
        },
        BARE {
            @Override
            Server start(@Nullable String redis, @Nullable String certificate) {
                BareNettyServer server = BareNettyServer.start(0, redis, certificate);
                return new Server(server.port(), server::close);
            }
        };

        abstract Server start(@Nullable String redis, @Nullable String certificate);
    }

    @ParameterizedTest
    @EnumSource
    void roomOverTls(Kind kind) {
        try (Certificate certificate = Certificate.create();
                Server server = kind.start(null, certificate.directory().toString())) {
            assertCarries(ROOM, Wire.TLS, List.of(server.port()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void roomWithCompression(Kind kind) {
        try (Server server = kind.start(null, null)) {
            assertCarries(ROOM, Wire.DEFLATE, List.of(server.port()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void roomOverHttp2(Kind kind) {
        try (Server server = kind.start(null, null)) {
            assertCarries(ROOM, Wire.HTTP2, List.of(server.port()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void echoOverHttp2(Kind kind) {
        try (Server server = kind.start(null, null)) {
            assertCarries(Workload.echo("echo", 2, 16, 1024, true), Wire.HTTP2, List.of(server.port()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void connectionsOverHttp2ComeAndGo(Kind kind) {
        try (Server server = kind.start(null, null)) {
            assertCarries(Workload.connect(), Wire.HTTP2, List.of(server.port()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusalOverHttp2(Kind kind) {
        Room.Shape nowhere = new Room.Shape("/ws/nowhere/%s/", 1, 64);
        Workload lost = Workload.rooms("lost", 1, nowhere, new RoomsLoad.Pace.Window(1));
        try (Server server = kind.start(null, null)) {
            assertThat(run(lost, Wire.HTTP2, List.of(server.port())).trouble()).contains("refused: 404");
        }
    }

    @ParameterizedTest
    @EnumSource
    void roomOfConsumersThatMayBlock(Kind kind) {
        try (Server server = kind.start(null, null)) {
            assertCarries(BLOCKING_ROOM, Wire.PLAIN, List.of(server.port()));
        }
    }

    @ParameterizedTest
    @EnumSource
    void roomAcrossTwoServers(Kind kind) {
        try (RedisProcess redis = RedisProcess.start();
                Server one = kind.start(redis.url(), null);
                Server two = kind.start(redis.url(), null)) {
            assertCarries(ROOM, Wire.PLAIN, List.of(one.port(), two.port()));
        }
    }

    @Test
    void startsAndMeasuresProcesses() {
        try (Servers servers = Servers.start(BareNettyServer.class, Setting.TWO_LOOPS, CpuPinning.shared())) {
            assertSound(servers.trial().run(ROOM::load, SHORT));
        }
    }

    private static void assertCarries(Workload workload, Wire wire, List<Integer> ports) {
        assertSound(run(workload, wire, ports));
    }

    private static Measurement run(Workload workload, Wire wire, List<Integer> ports) {
        return new WorkloadRun(ports, wire, List.of(ProcessHandle.current())).run(workload::load, SHORT);
    }

    private static void assertSound(Measurement seen) {
        assertThat(seen.trouble()).isEmpty();
        assertThat(seen.order()).isEqualTo(new Load.Order(0, 0, 0));
        assertThat(seen.operationsPerSecond()).isPositive();
    }
}
