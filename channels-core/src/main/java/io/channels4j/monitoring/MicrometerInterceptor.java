package io.channels4j.monitoring;

import static java.util.Objects.requireNonNull;

import io.channels4j.Scope;
import io.channels4j.consumer.Interceptor;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Records the duration and outcome of each callback with Micrometer. Requires {@code io.micrometer:micrometer-core}.
 *
 * {@snippet class="io.channels4j.docs.ObservabilityExample" region="meters"}
 *
 * <p>The timer {@code channels.consumer.callbacks} measures the time until the callback's stage is complete. Its tags are {@code
 * protocol} (the type of the scope), {@code route} (the pattern of the route, never a path; {@code /} for the empty pattern and {@code
 * unmatched} without a route), {@code consumer} (the simple name of its class), {@code callback} (the name of the method) and
 * {@code outcome} ({@code completed} or {@code failed}). Beyond the maximum number of combinations of route and consumer, both are
 * {@code other}.
 *
 * <p><b>Threads.</b> Thread-safe. One interceptor may serve several servers and workers.
 */
@SuppressWarnings("exports") // Micrometer is optional: only users of this class need its module
public final class MicrometerInterceptor implements Interceptor {

    /** The default maximum number of combinations of protocol, route and consumer: {@value}. */
    public static final int DEFAULT_MAX_CONSUMERS = 200;

    private static final String OTHER = "other";

    private final MeterRegistry registry;
    private final int maxConsumers;
    private final Set<Place> places = ConcurrentHashMap.newKeySet();
    private final Map<Tagged, Timer> timers = new ConcurrentHashMap<>();

    private record Place(String protocol, String route, String consumer) {}

    private record Tagged(Place place, String callback, boolean failed) {}

    private MicrometerInterceptor(MeterRegistry registry, int maxConsumers) {
        this.registry = requireNonNull(registry, "registry");
        this.maxConsumers = maxConsumers;
    }

    /**
     * Returns an interceptor that distinguishes at most {@value #DEFAULT_MAX_CONSUMERS} combinations of protocol, route and
     * consumer.
     *
     * @param registry the registry for the meters
     * @return the interceptor
     */
    public static MicrometerInterceptor of(MeterRegistry registry) {
        return of(registry, DEFAULT_MAX_CONSUMERS);
    }

    /**
     * Returns an interceptor.
     *
     * @param registry the registry for the meters
     * @param maxConsumers the maximum number of combinations of protocol, route and consumer with their own tags, one or
     *     more
     * @return the interceptor
     */
    public static MicrometerInterceptor of(MeterRegistry registry, int maxConsumers) {
        if (maxConsumers < 1) {
            throw new IllegalArgumentException("max consumers: %d (expected: 1 or more)".formatted(maxConsumers));
        }
        return new MicrometerInterceptor(registry, maxConsumers);
    }

    @Override
    public Interception start(Callback callback) {
        long start = System.nanoTime();
        return new Interception() {
            @Override
            public void completed(@Nullable Throwable failure) {
                long nanos = System.nanoTime() - start;
                timer(new Tagged(place(callback), callback.name(), failure != null))
                        .record(nanos, TimeUnit.NANOSECONDS);
            }
        };
    }

    private Place place(Callback callback) {
        Scope scope = callback.scope();
        Place place = new Place(scope.type(), route(scope), callback.consumer().getSimpleName());
        if (places.contains(place)) {
            return place;
        }
        synchronized (places) {
            if (places.size() < maxConsumers) {
                places.add(place);
            }
        }
        return places.contains(place) ? place : new Place(scope.type(), OTHER, OTHER);
    }

    private static String route(Scope scope) {
        if (scope.get(Scope.URL_ROUTE).isEmpty()) {
            return "unmatched";
        }
        String route = scope.urlRoute().route();
        return route.isEmpty() ? "/" : route;
    }

    private Timer timer(Tagged tagged) {
        Timer timer = timers.get(tagged);
        if (timer == null) { // registered without a lock, because the registry may call application code
            timer = Timer.builder("channels.consumer.callbacks")
                    .description("Callbacks of consumers, until their stage is complete")
                    .tag("protocol", tagged.place().protocol())
                    .tag("route", tagged.place().route())
                    .tag("consumer", tagged.place().consumer())
                    .tag("callback", tagged.callback())
                    .tag("outcome", tagged.failed() ? "failed" : "completed")
                    .register(registry);
            timers.put(tagged, timer);
        }
        return timer;
    }
}
