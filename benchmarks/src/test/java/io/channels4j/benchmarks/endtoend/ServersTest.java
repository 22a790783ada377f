package io.channels4j.benchmarks.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.benchmarks.ContractServer;
import io.channels4j.benchmarks.bare.BareNettyServer;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both kinds of server serve in the settings that are not plain. */
class ServersTest {

    private static final Trial.Times SHORT = new Trial.Times(Duration.ofMillis(50), Duration.ofMillis(200));

    @ParameterizedTest
    @EnumSource(names = {"TLS", "TWO_PROCESSES"})
    void oursCarriesARoom(Setting setting) {
        assertCarriesARoom(ContractServer.class, setting);
    }

    @ParameterizedTest
    @EnumSource(names = {"TLS", "TWO_PROCESSES"})
    void bareNettyCarriesARoom(Setting setting) {
        assertCarriesARoom(BareNettyServer.class, setting);
    }

    private static void assertCarriesARoom(Class<?> server, Setting setting) {
        try (Servers servers = Servers.start(server, setting, Cores.shared())) {
            Measurement seen = servers.trial().run(Workload.room("room", 20, 4, false)::load, SHORT);

            assertThat(seen.trouble()).isEmpty();
            assertThat(seen.order()).isEqualTo(new Load.Order(0, 0, 0));
            assertThat(seen.operationsPerSecond()).isPositive();
        }
    }
}
