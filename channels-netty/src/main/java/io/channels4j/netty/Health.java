package io.channels4j.netty;

import static java.util.Objects.requireNonNull;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Sender;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import io.channels4j.internal.StandardJson;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.layer.LayerStatus;
import io.channels4j.worker.Worker;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/**
 * The health of a server. Route to its {@linkplain #liveness() liveness} and {@linkplain #readiness() readiness}
 * applications to expose it to load balancers and orchestrators.
 *
 * {@snippet :
 * Health health = Health.create();
 * Application application = ProtocolTypeRouter.builder()
 *     .http(URLRouter.of(mount("healthz", health.liveness()), mount("readyz", health.readiness())))
 *     .build();
 * NettyServer.builder(application)
 *     .health(health)
 *     .timeouts(ServerTimeouts.defaults().withDrainDelay(Duration.ofSeconds(5)))
 *     .start();
 * }
 *
 * <p><b>Parts.</b> Layers and workers can be parts of the health: {@code health.layer("default", layer)}. The server is not ready while a
 * layer cannot reach other processes or a worker is stopped, unless {@link #readyDuringOutage} is set. A degraded layer is ready.
 *
 * <p><b>Threads.</b> Thread-safe. Belongs to one server.
 */
public final class Health {

    /** The user information of a URL, which may contain a password. */
    private static final Pattern CREDENTIALS = Pattern.compile("://[^/\\s]*@");

    private final Map<String, Supplier<LayerStatus>> parts = new ConcurrentSkipListMap<>();
    private volatile boolean ready;
    private volatile boolean readyDuringOutage;

    private Health() {}

    /**
     * Creates the health of a server that has not started.
     *
     * @return the health, to be passed to {@link NettyServerBuilder#health}
     */
    public static Health create() {
        return new Health();
    }

    /**
     * Adds a layer.
     *
     * @param name the name of the part, such as the layer's alias. A part with the same name is replaced.
     * @param layer the layer
     * @return this health
     */
    public Health layer(String name, ChannelLayer layer) {
        requireNonNull(layer, "layer");
        parts.put(requireNonNull(name, "name"), layer::status);
        return this;
    }

    /**
     * Adds a worker. It may start after the server.
     *
     * @param name the name of the part. A part with the same name is replaced.
     * @param worker the worker
     * @return this health
     */
    public Health worker(String name, Worker worker) {
        requireNonNull(worker, "worker");
        parts.put(requireNonNull(name, "name"), () -> status(worker));
        return this;
    }

    private static LayerStatus status(Worker worker) {
        return worker.stoppedSince()
                .map(time -> new LayerStatus(State.DOWN, Optional.of("the worker was stopped"), Optional.of(time)))
                .orElseGet(() -> new LayerStatus(State.UP, Optional.empty(), Optional.of(worker.startedAt())));
    }

    /**
     * Sets whether the server is ready while a part is down. The default is false: load balancers then prefer processes that can
     * reach the others. Set it to true if an outage affects all processes in the same way, and clients should be served without
     * messages from other processes.
     *
     * @param unaffected whether parts have no influence on {@link #isReady()}
     * @return this health
     */
    public Health readyDuringOutage(boolean unaffected) {
        readyDuringOutage = unaffected;
        return this;
    }

    /**
     * Returns whether the server should receive new clients. It is ready from its start until it begins to close, while no part
     * is down.
     *
     * @return true if the server is ready
     */
    public boolean isReady() {
        return ready && (readyDuringOutage || parts.values().stream().noneMatch(part -> isDown(part.get())));
    }

    private static boolean isDown(LayerStatus part) {
        return part.state() == State.DOWN;
    }

    void ready(boolean now) {
        ready = now;
    }

    /**
     * Returns an application that always responds with status 200. Any response means that the server is alive.
     *
     * @return an HTTP application
     */
    public Application liveness() {
        return (scope, receiver, sender) -> answer(sender, 200, json("alive"));
    }

    /**
     * Returns an application that responds with status 200 if the server is {@linkplain #isReady() ready}, otherwise
     * with 503. The body is JSON with the state of each part and the time at which the state began:
     *
     * {@snippet lang=json :
     * {"status": "not ready", "parts": {"default": {"state": "DOWN", "since": "2026-03-01T09:30:00Z"}}}
     * }
     *
     * <p>It contains no causes, because they may name hosts.
     *
     * @return an HTTP application
     */
    public Application readiness() {
        return (scope, receiver, sender) -> readiness(sender, false);
    }

    /**
     * Returns an application that responds like {@link #readiness()}, and also reports the {@code cause} of each part that is not up.
     * Credentials in URLs are removed. A cause may name hosts, so protect this route from the public.
     *
     * @return an HTTP application
     */
    public Application details() {
        return (scope, receiver, sender) -> readiness(sender, true);
    }

    private CompletionStage<Void> readiness(Sender sender, boolean withCauses) {
        boolean now = isReady();
        ObjectNode body = json(now ? "ready" : "not ready");
        if (!parts.isEmpty()) {
            ObjectNode all = body.putObject("parts");
            parts.forEach((name, part) -> describe(all.putObject(name), part.get(), withCauses));
        }
        return answer(sender, now ? 200 : 503, body);
    }

    private static void describe(ObjectNode part, LayerStatus status, boolean withCause) {
        part.put("state", status.state().name());
        status.since().ifPresent(since -> part.put("since", since.toString()));
        if (withCause) {
            status.cause()
                    .ifPresent(cause ->
                            part.put("cause", CREDENTIALS.matcher(cause).replaceAll("://***@")));
        }
    }

    private static ObjectNode json(String status) {
        return StandardJson.MAPPER.createObjectNode().put("status", status);
    }

    private static CompletionStage<Void> answer(Sender sender, int status, ObjectNode body) {
        Headers headers = Headers.of("content-type", "application/json", "cache-control", "no-store");
        return sender.send(new HttpResponseStart(status, headers))
                .thenCompose(
                        sent -> sender.send(new HttpResponseBody(StandardJson.MAPPER.writeValueAsBytes(body), false)));
    }
}
