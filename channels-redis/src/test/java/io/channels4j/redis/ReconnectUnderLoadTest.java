package io.channels4j.redis;

import static io.channels4j.redis.PubSubRules.done;
import static io.channels4j.redis.PubSubRules.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Message;
import io.channels4j.layer.LayerListener;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.LayerSettings;
import io.channels4j.support.RedisProcess;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reconnects while thousands of messages per second fail or wait. */
@Timeout(90)
class ReconnectUnderLoadTest {

    private static final int SENDS_PER_MILLISECOND = 10;
    private static final Message MESSAGE = Message.of("n").with("i", 1);

    /** Far below the time-out of 10 seconds after which a silent connection is replaced. */
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final LongAdder failed = new LongAdder();

    private static final class Recovery implements LayerListener {

        final CompletableFuture<Long> up = new CompletableFuture<>();
        final CompletableFuture<Void> down = new CompletableFuture<>();

        @Override
        public void stateChanged(State state) {
            if (state == State.DOWN) {
                down.complete(null);
            } else if (state == State.UP && down.isDone()) {
                up.complete(System.nanoTime());
            }
        }
    }

    private void sendMany(RedisChannelLayer layer) {
        for (int i = 0; i < SENDS_PER_MILLISECOND; i++) {
            count(layer.groupSend("room", MESSAGE));
            count(layer.send("busy", MESSAGE));
        }
    }

    private void count(CompletionStage<Void> sent) {
        CompletionStage<Void> unused = sent.whenComplete((nothing, failure) -> {
            if (failure != null) {
                failed.increment();
            }
        });
    }

    private static void takeAll(RedisChannelLayer layer, AtomicInteger taken) {
        CompletionStage<Void> unused = layer.take("jobs").thenAccept(delivery -> {
            delivery.acknowledge();
            taken.incrementAndGet();
            takeAll(layer, taken);
        });
    }

    @ParameterizedTest(name = "messages wait during the outage: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName("P5: the layer reconnects within 2 seconds of Redis' return under 20,000 sends per second")
    void reconnects(boolean waits) {
        ScheduledExecutorService load = Executors.newSingleThreadScheduledExecutor();
        Recovery recovery = new Recovery();
        AtomicInteger taken = new AtomicInteger();
        try (RedisProcess redis = RedisProcess.start()) {
            RedisChannelLayer.Builder builder = RedisChannelLayer.builder(redis.url())
                    .settings(LayerSettings.defaults().withCapacity(1_000_000))
                    .listener(recovery);
            try (RedisChannelLayer busy = (waits ? builder.maxBytesDuringOutage(16_000_000) : builder).build();
                    RedisChannelLayer other = RedisChannelLayer.create(redis.url())) {
                member(other, "room");
                takeAll(busy, taken);
                var unused = load.scheduleAtFixedRate(() -> sendMany(busy), 0, 1, TimeUnit.MILLISECONDS);
                await().until(() -> busy.health().published() > 10_000);

                redis.kill();
                recovery.down.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join();
                redis.restart();
                long returned = System.nanoTime();
                long up = recovery.up
                        .orTimeout(2 * LIMIT.toSeconds(), TimeUnit.SECONDS)
                        .join();
                load.shutdownNow();

                System.out.printf(
                        "reconnect under load (messages wait: %s): up %d ms after Redis, %d sends failed%n",
                        waits, TimeUnit.NANOSECONDS.toMillis(up - returned), failed.sum());
                assertThat(Duration.ofNanos(up - returned)).isLessThan(LIMIT);
                await().atMost(LIMIT).until(() -> other.health().state() == State.UP);
                await().atMost(LIMIT).until(() -> {
                    done(other.send("jobs", MESSAGE));
                    return taken.get() > 0;
                });
            }
        } finally {
            load.shutdownNow();
        }
    }
}
