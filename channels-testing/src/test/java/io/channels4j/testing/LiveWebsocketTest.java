package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.ChannelsException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class LiveWebsocketTest extends WebsocketPeerRules {

    @RegisterExtension
    static final LiveServerExtension LIVE = LiveServerExtension.of(Echo.application());

    @Override
    WebsocketPeer peer(String path, Duration timeout, String... subprotocols) {
        return LiveWebsocket.builder(LIVE.server().websocket(path))
                .subprotocols(subprotocols)
                .timeout(timeout)
                .build();
    }

    @Test
    void returns404WithoutARoute() {
        try (WebsocketPeer ada = peer("/nowhere/", Duration.ofSeconds(5))) {
            assertThat(ada.connect().status()).isEqualTo(404);
        }
    }

    @Test
    void throwsWhenNoServerResponds() {
        LiveServer gone = LiveServer.start(Echo.application());
        URI address = gone.websocket("/echo/");
        gone.close();

        try (LiveWebsocket ada = LiveWebsocket.builder(address).build()) {
            assertThatExceptionOfType(ChannelsException.class)
                    .isThrownBy(ada::connect)
                    .withMessage("connect: no answer from " + address);
        }
    }

    @Test
    void rejectsZeroTimeout() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        LiveWebsocket.builder(URI.create("ws://localhost/")).timeout(Duration.ZERO))
                .withMessage("timeout: PT0S (expected: more than zero)");
    }
}
