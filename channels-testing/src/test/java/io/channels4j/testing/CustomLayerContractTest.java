package io.channels4j.testing;

import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerSettings;
import io.channels4j.support.PartialProxy;
import java.time.Duration;
import java.util.Map;

/** The contract for a layer that an application has written. The library's own messages travel in its groups. */
class CustomLayerContractTest extends ChannelLayerContract {

    private final ManualClock clock = ManualClock.create();

    @Override
    protected ChannelLayer createLayer(LayerSettings settings) {
        return PartialProxy.of(ChannelLayer.class, InMemoryChannelLayer.of(settings, clock), Map.of());
    }

    @Override
    protected void passTime(Duration time) {
        clock.advance(time);
    }
}
