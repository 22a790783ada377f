package io.channels4j.benchmarks.jmh;

import io.channels4j.Application;
import io.channels4j.Event;
import io.channels4j.Receiver;
import io.channels4j.Sender;
import io.channels4j.UrlRoute;
import io.channels4j.routing.Route;
import io.channels4j.routing.URLRouter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures finding the last of many routes, which captures a room name. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RoutingBenchmark {

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
    private static final Receiver NOTHING = CompletableFuture<Event>::new;
    private static final Sender NOWHERE = event -> DONE;

    /** The number of routes. */
    @Param({"10", "100"})
    public int routes;

    private URLRouter router;
    private io.channels4j.Scope scope;
    private UrlRoute found = UrlRoute.empty();

    /** Called by JMH. */
    @SuppressWarnings("NullAway.Init") // JMH calls setUp first
    public RoutingBenchmark() {}

    /** Builds the router. */
    @Setup(Level.Trial)
    public void setUp() {
        Application application = (arrived, receiver, sender) -> {
            found = arrived.urlRoute();
            return DONE;
        };
        router = URLRouter.of(IntStream.range(0, routes)
                .mapToObj(i ->
                        Route.mount("ws/area" + i + "/<str:room>/", application).exact())
                .toArray(Route[]::new));
        scope = io.channels4j.Scope.builder("websocket")
                .path("/ws/area" + (routes - 1) + "/lobby/")
                .build();
        if (!lastRoute().get("room").equals("lobby")) {
            throw new IllegalStateException("route: " + found);
        }
    }

    /**
     * Finds the last route.
     *
     * @return the matched route
     */
    @Benchmark
    public UrlRoute lastRoute() {
        router.handle(scope, NOTHING, NOWHERE).toCompletableFuture().join();
        return found;
    }
}
