package io.channels4j.testing;

import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerSettings;
import java.time.Duration;

class InMemoryChannelLayerContractTest extends ChannelLayerContract {

    private final ManualClock clock = ManualClock.create();

    @Override
    protected ChannelLayer createLayer(LayerSettings settings) {
        return InMemoryChannelLayer.of(settings, clock);
    }

    @Override
    protected void passTime(Duration time) {
        clock.advance(time);
    }
}
