package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LiveServerExtensionTest {

    // @start region="extension"
    @RegisterExtension
    static final LiveServerExtension LIVE = LiveServerExtension.of(Echo.application());

    @Test
    void respondsOverASocket() {
        try (LiveWebsocket ada =
                LiveWebsocket.builder(LIVE.server().websocket("/echo/")).build()) {
            ada.connect();
            ada.sendTo("hello");

            assertThat(ada.receiveFrom()).isEqualTo("hello");
        }
    }
    // @end region="extension"

    @RegisterExtension
    final LiveServerExtension each = LiveServerExtension.of(Echo.application());

    @Test
    void instanceFieldHasItsOwnServer() {
        assertThat(each.server().port()).isPositive().isNotEqualTo(LIVE.server().port());
    }

    @Test
    void failsWithoutARunningServer() {
        assertThatIllegalStateException()
                .isThrownBy(() -> LiveServerExtension.of(Echo.application()).server())
                .withMessage("live server: not running (expected: a call from within a test)");
    }
}
