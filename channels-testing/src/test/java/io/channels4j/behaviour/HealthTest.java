package io.channels4j.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.consumer.Consumer;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.LayerStatus;
import io.channels4j.netty.Health;
import io.channels4j.netty.NettyServer;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.worker.Worker;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Health with layers and workers. */
class HealthTest {

    private static final Instant SINCE = Instant.parse("2026-03-01T09:30:00Z");

    private final Health health = Health.create();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private NettyServer server;
    private volatile LayerStatus status = new LayerStatus(State.UP, Optional.empty(), Optional.of(SINCE));

    @BeforeEach
    void start() {
        Application nothing = (scope, receiver, sender) -> CompletableFuture.completedFuture(null);
        server = NettyServer.builder(nothing).port(0).health(health).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Returns a layer whose status the test sets. */
    private ChannelLayer reporting() {
        return (ChannelLayer) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ChannelLayer.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("status");
                    return status;
                });
    }

    private static HttpCommunicator.Response get(Application application) {
        return HttpCommunicator.builder(application, "GET", "/").build().getResponse();
    }

    private static String body(Application application) {
        return get(application).json().toString();
    }

    @Test
    void serverWithoutPartsIsReady() {
        assertThat(get(health.readiness()).status()).isEqualTo(200);
        assertThat(body(health.readiness())).isEqualTo("{\"status\":\"ready\"}");
        assertThat(get(health.liveness()).status()).isEqualTo(200);
    }

    @Test
    void serverIsNotReadyWhileLayerIsDown() {
        health.layer("default", reporting());
        assertThat(get(health.readiness()).status()).isEqualTo(200);

        status = new LayerStatus(State.DEGRADED, Optional.of("one host is down"), Optional.of(SINCE));
        assertThat(get(health.readiness()).status()).isEqualTo(200);

        status = new LayerStatus(State.DOWN, Optional.of("connection refused"), Optional.of(SINCE));
        assertThat(health.isReady()).isFalse();
        assertThat(get(health.readiness()).status()).isEqualTo(503);
        assertThat(body(health.readiness()))
                .isEqualTo("{\"status\":\"not"
                        + " ready\",\"parts\":{\"default\":{\"state\":\"DOWN\",\"since\":\"2026-03-01T09:30:00Z\"}}}");
        assertThat(get(health.liveness()).status()).isEqualTo(200);
    }

    @Test
    void outageOfLayerCanBeWithoutInfluence() {
        health.layer("default", reporting()).readyDuringOutage(true);
        status = new LayerStatus(State.DOWN, Optional.empty(), Optional.of(SINCE));

        assertThat(get(health.readiness()).status()).isEqualTo(200);
        assertThat(body(health.readiness())).contains("DOWN");
    }

    @Test
    void detailsNameCauseWithoutCredentials() {
        health.layer("default", reporting());
        status = new LayerStatus(
                State.DOWN, Optional.of("cannot connect to redis://app:s3cret@redis:6379"), Optional.of(SINCE));

        assertThat(body(health.readiness())).doesNotContain("redis");
        assertThat(body(health.details())).contains("redis://***@redis:6379").doesNotContain("s3cret");
    }

    @Test
    void layerWithinProcessIsAlwaysUp() {
        health.layer("default", layer);

        assertThat(body(health.readiness()))
                .isEqualTo("{\"status\":\"ready\",\"parts\":{\"default\":{\"state\":\"UP\"}}}");
    }

    @Test
    void serverIsNotReadyAfterWorkerHasStopped() {
        Worker worker = Worker.builder(Consumer.application(() -> new AsyncConsumer() {}), layer)
                .channels("jobs")
                .start();
        health.worker("jobs", worker);
        assertThat(get(health.readiness()).status()).isEqualTo(200);

        worker.close();

        assertThat(get(health.readiness()).status()).isEqualTo(503);
        assertThat(body(health.details())).contains("the worker was stopped");
    }
}
