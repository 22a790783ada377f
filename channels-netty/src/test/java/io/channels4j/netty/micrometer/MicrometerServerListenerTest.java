package io.channels4j.netty.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Scope;
import io.channels4j.UrlRoute;
import io.channels4j.server.ConnectionSummary;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MicrometerServerListenerTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private static Scope routed(String route) {
        return Scope.builder("websocket")
                .path("/secret/path")
                .build()
                .with(Scope.URL_ROUTE, new UrlRoute(List.of(), Map.of(), route));
    }

    private Set<String> tags(String meter, String tag) {
        return registry.find(meter).meters().stream()
                .map(found -> found.getId().getTag(tag))
                .collect(Collectors.toSet());
    }

    @Test
    void tagsRoutesByPatternAndNeverByPath() {
        MicrometerServerListener listener = MicrometerServerListener.of(registry);

        listener.received(routed("ws/chat/<str:room>/"), 7);
        listener.received(routed(""), 7);
        listener.received(Scope.builder("websocket").path("/secret/path").build(), 7);

        assertThat(tags("channels.received", "route"))
                .containsExactlyInAnyOrder("ws/chat/<str:room>/", "/", "unmatched");
    }

    @Test
    @DisplayName("the registry's listeners are called without the lock that bounds the number of routes")
    void registersMetersWithoutALock() {
        MicrometerServerListener listener = MicrometerServerListener.of(registry);
        AtomicBoolean called = new AtomicBoolean();
        AtomicBoolean returned = new AtomicBoolean();
        registry.config().onMeterAdded(meter -> {
            if ("first".equals(meter.getId().getTag("route")) && called.compareAndSet(false, true)) {
                CompletableFuture<Void> other =
                        CompletableFuture.runAsync(() -> listener.bounded(new RouteMeters.Key("websocket", "second")));
                returned.set(other.orTimeout(5, TimeUnit.SECONDS)
                        .handle((done, failure) -> failure == null)
                        .join());
            }
        });

        listener.received(routed("first"), 7);

        assertThat(returned).isTrue();
    }

    @Test
    void combinesRoutesBeyondTheMaximum() {
        MicrometerServerListener listener = MicrometerServerListener.of(registry, 2);

        for (int i = 0; i < 100; i++) {
            listener.received(routed("generated/" + i), 1);
        }
        listener.received(routed("generated/0"), 1);

        assertThat(tags("channels.received", "route")).containsExactlyInAnyOrder("generated/0", "generated/1", "other");
        assertThat(registry.get("channels.received")
                        .tag("route", "other")
                        .summary()
                        .count())
                .isEqualTo(98);
        assertThat(registry.get("channels.received")
                        .tag("route", "generated/0")
                        .summary()
                        .count())
                .isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"0,none", "200,200", "403,403", "1000,1000", "1015,1015", "1016,1xxx", "3000,3xxx", "4321,4xxx"})
    void combinesCloseCodesThatPeersMayChoose(int status, String tag) {
        MicrometerServerListener listener = MicrometerServerListener.of(registry);
        Scope scope = routed("r");

        listener.opened(scope);
        listener.closed(scope, new ConnectionSummary(status, Duration.ofSeconds(3), 0, 0, 0, 0));

        assertThat(tags("channels.connections", "status")).containsExactly(tag);
        assertThat(registry.get("channels.connections").timer().totalTime(java.util.concurrent.TimeUnit.SECONDS))
                .isEqualTo(3);
        assertThat(registry.get("channels.connections.active").gauge().value()).isZero();
    }

    @Test
    void countsDropsByReason() {
        MicrometerServerListener listener = MicrometerServerListener.of(registry);

        listener.dropped(routed("r"), "drop_oldest", 100);
        listener.dropped(routed("r"), "drop_oldest", 50);

        assertThat(registry.get("channels.dropped")
                        .tag("reason", "drop_oldest")
                        .summary()
                        .totalAmount())
                .isEqualTo(150);
    }

    @Test
    void countsRefusalsByReason() {
        MicrometerServerListener listener = MicrometerServerListener.of(registry);

        listener.refused("connections");

        assertThat(registry.get("channels.connections.refused")
                        .tag("reason", "connections")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void rejectsMaximumOfZeroRoutes() {
        assertThatThrownBy(() -> MicrometerServerListener.of(registry, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("max routes: 0 (expected: 1 or more)");
    }
}
