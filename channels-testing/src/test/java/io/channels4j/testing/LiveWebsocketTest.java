package io.channels4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.ChannelsException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

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

    @Test
    void writesJsonWithItsMapper() {
        JsonMapper mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

        try (LiveWebsocket ada = LiveWebsocket.builder(LIVE.server().websocket("/echo/"))
                .jsonMapper(mapper)
                .build()) {
            ada.connect();
            ada.sendJsonTo(Map.of("a", 1));

            assertThat(ada.receiveFrom().lines()).containsExactly("{", "  \"a\" : 1", "}");
        }
    }

    @Test
    void readsJsonWithItsMapper() {
        JsonMapper mapper =
                JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

        try (LiveWebsocket ada = LiveWebsocket.builder(LIVE.server().websocket("/echo/"))
                .jsonMapper(mapper)
                .build()) {
            ada.connect();
            ada.sendTo("{'from':'e2'}");

            assertThat(ada.receiveJsonFrom().path("from").stringValue()).isEqualTo("e2");
        }
    }

    @Test
    void rejectsAddressesOfOtherSchemes() {
        for (String address : List.of("http://localhost/", "localhost", "/echo/")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LiveWebsocket.builder(URI.create(address)))
                    .withMessage("address: " + address + " (expected: ws:// or wss://)");
        }
    }
}
