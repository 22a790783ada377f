package io.channels4j.netty;

import io.channels4j.Application;
import io.channels4j.Headers;
import io.channels4j.Receiver;
import io.channels4j.Scope;
import io.channels4j.Sender;
import io.channels4j.http.HttpResponseBody;
import io.channels4j.http.HttpResponseStart;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

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
 * <p><b>Threads.</b> Thread-safe. Belongs to one server.
 */
public final class Health {

    private volatile boolean ready;

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
     * Returns whether the server should receive new clients. It is ready from its start until it begins to close.
     *
     * @return true if the server is ready
     */
    public boolean isReady() {
        return ready;
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
        return (scope, receiver, sender) -> answer(sender, 200, "alive\n");
    }

    /**
     * Returns an application that responds with status 200 if the server is {@linkplain #isReady() ready}, otherwise
     * with 503.
     *
     * @return an HTTP application
     */
    public Application readiness() {
        return this::readiness;
    }

    private CompletionStage<Void> readiness(Scope scope, Receiver receiver, Sender sender) {
        return ready ? answer(sender, 200, "ready\n") : answer(sender, 503, "not ready\n");
    }

    private static CompletionStage<Void> answer(Sender sender, int status, String body) {
        Headers headers = Headers.of("content-type", "text/plain; charset=utf-8", "cache-control", "no-store");
        return sender.send(new HttpResponseStart(status, headers))
                .thenCompose(
                        sent -> sender.send(new HttpResponseBody(body.getBytes(StandardCharsets.US_ASCII), false)));
    }
}
