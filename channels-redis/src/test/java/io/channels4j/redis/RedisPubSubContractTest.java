package io.channels4j.redis;

import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.redis.server.RedisCluster;
import io.channels4j.redis.server.RedisSentinels;
import io.channels4j.support.RedisProcess;
import io.channels4j.testing.ChannelLayerContract;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;

/** Runs the channel-layer contract between two processes, on every Redis topology. */
class RedisPubSubContractTest {

    private static final AtomicInteger PREFIXES = new AtomicInteger();

    abstract static class Contract extends ChannelLayerContract {

        private final Map<ChannelLayer, String> prefixes = new ConcurrentHashMap<>();

        abstract String url();

        @Override
        protected Set<Feature> features() {
            return EnumSet.complementOf(EnumSet.of(Feature.QUEUES, Feature.REDELIVERY));
        }

        @Override
        protected ChannelLayer createLayer(LayerSettings settings) {
            return create("pubsub" + PREFIXES.incrementAndGet(), settings);
        }

        @Override
        protected ChannelLayer anotherProcess(ChannelLayer layer, LayerSettings settings) {
            return create(prefixes.get(layer), settings);
        }

        private ChannelLayer create(String prefix, LayerSettings settings) {
            ChannelLayer layer = RedisPubSubChannelLayer.builder(url())
                    .prefix(prefix)
                    .settings(settings)
                    .build();
            prefixes.put(layer, prefix);
            return layer;
        }
    }

    @Nested
    class Standalone extends Contract {

        @Override
        String url() {
            return RedisProcess.shared().url();
        }
    }

    @Nested
    class Sentinel extends Contract {

        @Override
        String url() {
            return RedisSentinels.shared().url();
        }
    }

    @Nested
    class Cluster extends Contract {

        @Override
        String url() {
            return RedisCluster.shared().url().replace("redis://", "redis-cluster://");
        }
    }
}
