package io.channels4j.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChannelLayersTest {

    private final ChannelLayer layer = InMemoryChannelLayer.create();

    @Test
    void singleLayerIsDefault() {
        assertThat(ChannelLayers.of(layer).get(ChannelLayers.DEFAULT)).isSameAs(layer);
    }

    @Test
    void isFoundInScope() {
        ChannelLayers layers = ChannelLayers.of(layer);
        Scope scope = Scope.builder("websocket").with(ChannelLayers.KEY, layers).build();

        assertThat(ChannelLayers.from(scope)).isSameAs(layers);
    }

    @Test
    void scopeWithoutLayersHasNone() {
        assertThat(ChannelLayers.from(Scope.builder("websocket").build())).isSameAs(ChannelLayers.none());
    }

    @Test
    void errorForMissingLayerNamesExistingOnes() {
        ChannelLayers layers = new ChannelLayers(Map.of("b", layer, "a", layer));

        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() -> layers.get("default"))
                .withMessageStartingWith("channel layer: \"default\" is not configured (expected: one of [a, b];");
    }

    @Test
    void errorWithoutLayersNamesTheSetting() {
        assertThatExceptionOfType(ChannelsException.class)
                .isThrownBy(() -> ChannelLayers.none().get("default"))
                .withMessage("channel layer: \"default\" is not configured"
                        + " (expected: set it on the server or communicator with channelLayer(..))");
    }

    @Test
    void copiesMap() {
        Map<String, ChannelLayer> mine = new HashMap<>(Map.of("a", layer));
        ChannelLayers layers = new ChannelLayers(mine);

        mine.clear();

        assertThat(layers.get("a")).isSameAs(layer);
    }
}
