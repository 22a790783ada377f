package io.channels4j.redis;

import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.support.RedisProcess;
import io.channels4j.testing.ChannelLayerContract;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;

/** Runs the channel-layer contract between two processes, on one host and on two. */
class DjangoChannelLayerContractTest {

    private static final AtomicInteger PREFIXES = new AtomicInteger();

    abstract static class Contract extends ChannelLayerContract {

        private final Map<ChannelLayer, String> prefixes = new ConcurrentHashMap<>();

        abstract RedisHosts hosts();

        /** Django restricts the characters in names, and its messages are maps. */
        @Override
        protected Set<Feature> features() {
            return EnumSet.complementOf(EnumSet.of(Feature.ANY_NAME, Feature.ANY_PAYLOAD));
        }

        @Override
        protected ChannelLayer createLayer(LayerSettings settings) {
            return create("django" + PREFIXES.incrementAndGet() + ":", settings);
        }

        @Override
        protected ChannelLayer anotherProcess(ChannelLayer layer, LayerSettings settings) {
            return create(prefixes.get(layer), settings);
        }

        private ChannelLayer create(String prefix, LayerSettings settings) {
            ChannelLayer layer = DjangoChannelLayer.builder(hosts())
                    .prefix(prefix)
                    .settings(settings)
                    .build();
            prefixes.put(layer, prefix);
            return layer;
        }
    }

    @Nested
    class OneHost extends Contract {

        @Override
        RedisHosts hosts() {
            return RedisHosts.of(RedisProcess.shared().url());
        }
    }

    @Nested
    class TwoHosts extends Contract {

        /** Messages on a plain channel are distributed over all hosts. Each host has its own order and capacity. */
        @Override
        protected Set<Feature> features() {
            return EnumSet.complementOf(EnumSet.of(Feature.ANY_NAME, Feature.ANY_PAYLOAD, Feature.QUEUE_ORDER));
        }

        @Override
        RedisHosts hosts() {
            String url = RedisProcess.shared().url();
            return RedisHosts.of(url + "/1", url + "/2");
        }
    }
}
