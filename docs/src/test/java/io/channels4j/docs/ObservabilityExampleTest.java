package io.channels4j.docs;

import static io.channels4j.routing.Route.path;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.Message;
import io.channels4j.consumer.AsyncConsumer;
import io.channels4j.consumer.Consumer;
import io.channels4j.consumer.Handles;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.LayerSettings;
import io.channels4j.layer.LayerStatus;
import io.channels4j.monitoring.ChannelsMeters;
import io.channels4j.monitoring.MicrometerInterceptor;
import io.channels4j.monitoring.MicrometerLayerListener;
import io.channels4j.routing.URLRouter;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.worker.Worker;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Meters of consumers, layers, workers and threads. */
class ObservabilityExampleTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    static class Echo extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return text.equals("fail")
                    ? CompletableFuture.failedFuture(new IllegalStateException("failed"))
                    : send(text);
        }
    }

    private void exchange(MicrometerInterceptor interceptor, String target, String text) {
        Application application = URLRouter.of(path("chat/<str:room>/", Echo::new), path("other/", Echo::new));
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(application, target)
                .interceptors(interceptor)
                .build()) {
            assertThat(peer.connect().accepted()).isTrue();
            peer.sendTo(text);
            if (!text.equals("fail")) {
                assertThat(peer.receiveFrom()).isEqualTo(text);
            }
        }
    }

    private long callbacks(String... tags) {
        return registry.find("channels.consumer.callbacks").tags(tags).timers().stream()
                .mapToLong(timer -> timer.count())
                .sum();
    }

    @Test
    void callbacksAreTimedByRouteConsumerAndOutcomeAndNeverByPath() {
        MicrometerInterceptor interceptor = MicrometerInterceptor.of(registry);
        exchange(interceptor, "/chat/lobby/", "hello");
        exchange(interceptor, "/chat/private/", "fail");

        await().untilAsserted(() -> {
            assertThat(callbacks(
                            "route",
                            "chat/<str:room>/",
                            "consumer",
                            "Echo",
                            "callback",
                            "receive",
                            "outcome",
                            "failed"))
                    .isEqualTo(1);
            assertThat(callbacks("callback", "receive", "outcome", "completed")).isEqualTo(1);
            assertThat(callbacks("callback", "disconnect", "outcome", "completed", "protocol", "websocket"))
                    .isEqualTo(2);
        });
        assertThat(registry.getMeters())
                .extracting(Meter::getId)
                .noneMatch(id -> id.toString().contains("lobby"));
    }

    @Test
    void routesBeyondMaximumAreCombined() {
        MicrometerInterceptor interceptor = MicrometerInterceptor.of(registry, 1);
        exchange(interceptor, "/chat/lobby/", "hello");
        exchange(interceptor, "/other/", "hello");

        await().untilAsserted(
                        () -> assertThat(callbacks("route", "other", "consumer", "other", "callback", "disconnect"))
                                .isEqualTo(1));
        assertThat(callbacks("route", "other/")).isZero();
    }

    private double layerCount(String name) {
        return registry.get("channels.layer." + name)
                .tag("layer", "default")
                .counter()
                .count();
    }

    @Test
    void layerHasMetersForDropsByReasonOutagesAndGaps() {
        MicrometerLayerListener listener = MicrometerLayerListener.of(registry, "default");
        listener.stateChanged(State.UP);
        assertThat(registry.get("channels.layer.up").gauge().value()).isEqualTo(1);
        listener.stateChanged(State.DOWN);
        listener.dropped(DropReason.EXPIRED, 3);
        listener.gapPossible(2);
        listener.messagesLost("room", 4);
        listener.conflated(5);

        assertThat(registry.get("channels.layer.up").gauge().value()).isZero();
        assertThat(layerCount("outages")).isEqualTo(1);
        assertThat(layerCount("gaps")).isEqualTo(2);
        assertThat(layerCount("lost")).isEqualTo(4);
        assertThat(layerCount("conflated")).isEqualTo(5);
        assertThat(registry.get("channels.layer.dropped")
                        .tag("reason", "EXPIRED")
                        .counter()
                        .count())
                .isEqualTo(3);
    }

    @Test
    void inMemoryLayerCountsDrops() {
        InMemoryChannelLayer layer = InMemoryChannelLayer.of(
                LayerSettings.defaults().withCapacity(1), MicrometerLayerListener.of(registry, "default"));
        layer.groupAdd("room", "inbox");
        layer.groupSend("room", Message.of("first"));
        layer.groupSend("room", Message.of("second"));

        await().untilAsserted(() -> assertThat(registry.get("channels.layer.dropped")
                        .tag("reason", "FULL")
                        .counter()
                        .count())
                .isEqualTo(1));
        assertThat(layer.status()).isEqualTo(LayerStatus.alwaysUp());
    }

    static class Jobs extends AsyncConsumer {

        @Handles("job.good")
        CompletionStage<Void> good() {
            return done();
        }

        @Handles("job.bad")
        CompletionStage<Void> bad() {
            return CompletableFuture.failedFuture(new IllegalStateException("bad job"));
        }
    }

    private double jobs(String outcome) {
        return registry.get("channels.worker.messages")
                .tags("worker", "jobs", "outcome", outcome)
                .functionCounter()
                .count();
    }

    @Test
    void workerAndThreadsHaveMeters() {
        InMemoryChannelLayer layer = InMemoryChannelLayer.create();
        try (Worker worker = Worker.builder(Consumer.application(Jobs::new), layer)
                .channels("jobs")
                .start()) {
            ChannelsMeters.worker(registry, "jobs", worker);
            layer.send("jobs", Message.of("job.good"));
            layer.send("jobs", Message.of("job.bad"));

            await().untilAsserted(() -> assertThat(jobs("failed")).isEqualTo(1));
            assertThat(jobs("handled")).isEqualTo(1);
        }
        ChannelsMeters.threads(registry, "pool", io.channels4j.concurrent.BlockingThreads.pooled(7));
        assertThat(registry.get("channels.threads.max")
                        .tags("threads", "pool", "use", "consumers")
                        .gauge()
                        .value())
                .isEqualTo(7);
    }
}
