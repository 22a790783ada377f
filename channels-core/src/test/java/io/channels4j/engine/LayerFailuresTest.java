package io.channels4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.layer.MessageTooLargeException;
import io.channels4j.support.CapturedLog;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LayerFailuresTest {

    private final LayerUnavailableException outage = new LayerUnavailableException("layer: unreachable", null);

    @Test
    @DisplayName("P5: only an unavailable layer and a full channel count as failures of the layer")
    void recognizesFailuresOfTheLayer() {
        assertThat(LayerFailures.is(outage)).isTrue();
        assertThat(LayerFailures.is(new ChannelFullException("a", 1))).isTrue();
        assertThat(LayerFailures.is(new MessageTooLargeException("a", 2, 1))).isFalse();
        assertThat(LayerFailures.is(new ChannelsException("other"))).isFalse();
    }

    @Test
    @DisplayName("P5: each failure during an outage is counted, and the outage is logged once for all connections")
    void logsAnOutageOnce() {
        long before = LayerFailures.count();
        try (CapturedLog log = CapturedLog.of("io.channels4j.consumer")) {
            for (int i = 0; i < 100; i++) {
                LayerFailures.note(Scope.builder("test").build(), outage);
            }

            assertThat(LayerFailures.count()).isEqualTo(before + 100);
            assertThat(log.messages(Level.WARN))
                    .hasSizeLessThanOrEqualTo(1); // zero if another test logged less than a minute ago
        }
    }
}
