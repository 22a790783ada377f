package io.channels4j.testing;

import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.layer.LayerSettings;
import java.time.Duration;

/** A faulty layer without configured faults fulfils the contract. */
class FaultyLayerContractTest extends ChannelLayerContract {

    private final ManualClock clock = ManualClock.create();

    @Override
    protected ChannelLayer createLayer(LayerSettings settings) {
        return FaultyLayer.of(InMemoryChannelLayer.of(settings, clock), 1);
    }

    @Override
    protected void passTime(Duration time) {
        clock.advance(time);
    }
}
