package io.channels4j.docs;

import static io.channels4j.routing.Route.mount;

import io.channels4j.Application;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.consumer.Interceptor;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.monitoring.ChannelsMeters;
import io.channels4j.monitoring.MdcInterceptor;
import io.channels4j.monitoring.MicrometerInterceptor;
import io.channels4j.monitoring.MicrometerLayerListener;
import io.channels4j.netty.Health;
import io.channels4j.netty.NettyServer;
import io.channels4j.netty.NettyServerBuilder;
import io.channels4j.netty.micrometer.MicrometerServerListener;
import io.channels4j.routing.ProtocolTypeRouter;
import io.channels4j.routing.URLRouter;
import io.channels4j.worker.Worker;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The code of docs/observability.md. */
final class ObservabilityExample {

    private ObservabilityExample() {}

    // @start region="interceptor"
    static final class SlowCallbacks implements Interceptor {

        private static final Logger LOG = LoggerFactory.getLogger(SlowCallbacks.class);

        @Override
        public Interception start(Callback callback) {
            long start = System.nanoTime();
            return new Interception() {
                @Override
                public void completed(@Nullable Throwable failure) {
                    long millis = (System.nanoTime() - start) / 1_000_000;
                    if (millis > 100) {
                        LOG.info("{}.{} took {} ms", callback.consumer().getName(), callback.name(), millis);
                    }
                }
            };
        }
    }
    // @end

    static NettyServerBuilder mdc(Application application) {
        return
        // @start region="mdc"
        NettyServer.builder(application).interceptors(MdcInterceptor.create(), new SlowCallbacks());
        // @end
    }

    static NettyServerBuilder meters(Application application, MeterRegistry registry) {
        // @start region="meters"
        BlockingThreads threads = BlockingThreads.shared();
        ChannelLayer layer =
                InMemoryChannelLayer.of(LayerSettings.defaults(), MicrometerLayerListener.of(registry, "default"));
        ChannelsMeters.threads(registry, "shared", threads);

        NettyServerBuilder server = NettyServer.builder(application)
                .channelLayer(layer)
                .blockingThreads(threads)
                .interceptors(MicrometerInterceptor.of(registry))
                .listeners(MicrometerServerListener.of(registry));
        // @end
        return server;
    }

    static void worker(MeterRegistry registry, Application jobs, ChannelLayer layer) {
        // @start region="worker"
        Worker worker = Worker.builder(jobs, layer)
                .channels("thumbnails")
                .interceptors(MdcInterceptor.create(), MicrometerInterceptor.of(registry))
                .start();
        ChannelsMeters.worker(registry, "thumbnails", worker);
        // @end
    }

    static NettyServerBuilder health(ChannelLayer layer, Worker worker) {
        // @start region="health"
        Health health = Health.create().layer("default", layer).worker("thumbnails", worker);
        Application application = ProtocolTypeRouter.builder()
                .http(URLRouter.of(
                        mount("healthz", health.liveness()),
                        mount("readyz", health.readiness()),
                        mount("internal/health", health.details())))
                .build();
        NettyServerBuilder server = NettyServer.builder(application).health(health);
        // @end
        return server;
    }
}
