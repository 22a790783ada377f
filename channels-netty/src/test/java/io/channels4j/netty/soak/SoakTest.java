package io.channels4j.netty.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.channels4j.netty.soak.SoakServerProcess.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Runs all attacks concurrently, together with well-behaved clients, against one server with little memory. Runs for a
 * minute with {@code -Dsoak}. A value such as {@code -Dsoak=30m} or {@code -Dsoak=90s} sets another time. Skipped
 * without this property.
 */
class SoakTest {

    private static final String PROPERTY = "soak";
    private static final long MAX_P99_MILLIS = 1000;
    private static final int DRAIN_LIMIT_SECONDS = 60;

    /**
     * The margin by which the last third's maximum may exceed that of the middle third. Maxima vary because the attacks
     * are not synchronized.
     */
    private static final long HEAP_MARGIN_BYTES = 24 << 20;

    private static final long DIRECT_MARGIN_BYTES = 16 << 20;
    private static final long THREADS_MARGIN = 16;

    private static final List<AutoCloseable> OPEN = new ArrayList<>();

    private static <T extends AutoCloseable> T opened(T resource) {
        OPEN.add(0, resource);
        return resource;
    }

    @AfterAll
    static void closeAll() throws Exception {
        for (AutoCloseable resource : OPEN) {
            resource.close();
        }
    }

    /**
     * Parses the property. It is empty, {@code true}, or a duration such as {@code 90s}, {@code 30m} or {@code 2h}.
     * Maven passes {@code true} for {@code -Dsoak}.
     */
    private static Duration duration(String value) {
        return value.isEmpty() || value.equals("true")
                ? Duration.ofMinutes(1)
                : Duration.parse("PT" + value.toUpperCase(Locale.ROOT));
    }

    @Test
    @DisplayName(
            "P3, P4, P7: under all attacks, honest clients lose nothing and wait less than a second, and memory does"
                    + " not grow")
    void honestClientsAreServedUnderAllAttacks() throws Exception {
        String value = System.getProperty(PROPERTY);
        assumeTrue(value != null, "the soak test takes a minute or more; run it with -Dsoak or -Dsoak=30m");
        Duration time = duration(value);

        SoakServerProcess server = opened(SoakServerProcess.start());
        Members members = opened(new Members(server.address()));
        HttpClients clients = opened(new HttpClients(server.address()));
        Attackers attackers = opened(new Attackers(server.address()));
        int first = server.samples().size();
        await().atMost(time.plusSeconds(30))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> !server.isAlive() || server.samples().size() - first >= time.toSeconds());

        clients.stop();
        members.stopTalking();
        List<Sample> samples = server.samples();
        SoftAssertions checks = new SoftAssertions();
        checks.assertThatCode(() ->
                        await().atMost(Duration.ofSeconds(20)).until(() -> members.received() == members.expected()))
                .as("%d of %d messages arrived", members.received(), members.expected())
                .doesNotThrowAnyException();
        List<Attack> attacks = attackers.stop();
        checks.assertThat(server.isAlive()).as("the server is alive").isTrue();
        checks.assertThat(members.violations()).as("chat members").isEmpty();
        checks.assertThat(clients.violations()).as("HTTP clients").isEmpty();

        System.out.println(report(members, clients, samples, attacks));
        checks.assertThatCode(() -> System.out.println("drained in " + server.drain(DRAIN_LIMIT_SECONDS) + " ms"))
                .as("drain")
                .doesNotThrowAnyException();
        checks.assertThatCode(() -> await().until(() -> members.closedByDrain() == Members.MEMBERS))
                .as("%d members were closed with 1012", members.closedByDrain())
                .doesNotThrowAnyException();
        checks.assertThat(server.errors()).as("errors in the log").isEmpty();
        checks.assertThat(members.latencies().percentile(0.99))
                .as("p99 of messages")
                .isLessThan(MAX_P99_MILLIS);
        checks.assertThat(clients.latencies().percentile(0.99))
                .as("p99 of requests")
                .isLessThan(MAX_P99_MILLIS);
        checks.assertThat(attacks)
                .as("attacks")
                .allSatisfy(attack -> assertThat(attack.opened()).isPositive());
        checkFlat(checks, "heap", samples, Sample::heapBytes, HEAP_MARGIN_BYTES);
        checkFlat(checks, "direct memory", samples, Sample::directBytes, DIRECT_MARGIN_BYTES);
        checkFlat(checks, "threads", samples, Sample::threads, THREADS_MARGIN);
        checks.assertAll();
    }

    private static void checkFlat(
            SoftAssertions checks, String what, List<Sample> samples, ToLongFunction<Sample> figure, long margin) {
        checks.assertThat(max(samples, figure, 2))
                .as("%s in the last third of the time", what)
                .isPositive()
                .isLessThanOrEqualTo(max(samples, figure, 1) + margin);
    }

    private static long max(List<Sample> samples, ToLongFunction<Sample> figure, int third) {
        return samples.subList(samples.size() * third / 3, samples.size() * (third + 1) / 3).stream()
                .mapToLong(figure)
                .max()
                .orElseThrow();
    }

    private static String report(Members members, HttpClients clients, List<Sample> samples, List<Attack> attacks) {
        StringBuilder text = new StringBuilder("soak of %d s".formatted(samples.size()));
        text.append("\nmessages: %d of %d; ".formatted(members.received(), members.expected()))
                .append(members.latencies());
        text.append("\nrequests: ").append(clients.latencies());
        for (int third = 0; third < 3; third++) {
            text.append("\nthird %d, maxima: heap %d KiB, direct memory %d KiB, %d threads"
                    .formatted(
                            third + 1,
                            max(samples, Sample::heapBytes, third) >> 10,
                            max(samples, Sample::directBytes, third) >> 10,
                            max(samples, Sample::threads, third)));
        }
        attacks.forEach(attack -> text.append("\n").append(attack));
        return text.toString();
    }
}
