package io.channels4j.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.netty.settings.CompressionSettings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeflateNegotiationTest extends DeflateFixture {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "permessage-deflate|permessage-deflate; server_no_context_takeover",
                "permessage-deflate; client_max_window_bits|permessage-deflate; server_no_context_takeover",
                "permessage-deflate; client_no_context_takeover|permessage-deflate; server_no_context_takeover;"
                        + " client_no_context_takeover",
                "permessage-deflate; server_max_window_bits=15|permessage-deflate; server_no_context_takeover;"
                        + " server_max_window_bits=15",
                "permessage-deflate; server_max_window_bits=8|permessage-deflate; server_no_context_takeover;"
                        + " server_max_window_bits=8",
                "permessage-deflate; server_max_window_bits=10, permessage-deflate|permessage-deflate;"
                        + " server_no_context_takeover; server_max_window_bits=10",
                "permessage-deflate; server_max_window_bits=7, permessage-deflate|permessage-deflate;"
                        + " server_no_context_takeover",
                "x-other, permessage-deflate; client_max_window_bits=\"9\"|permessage-deflate;"
                        + " server_no_context_takeover"
            })
    @DisplayName("RFC 7692 §7.1: the response does not restrict the client beyond its own offer")
    void acceptsAnOffer(String offer, String answer) {
        assertThat(answerTo(echo(), offer)).isEqualTo(answer);
    }

    private static String answerTo(NettyServerBuilder builder, String offer) {
        try (NettyServer server = builder.start();
                RawClient client = new RawClient(server.localAddress())) {
            RawClient.Response response = client.handshake("/", "Sec-WebSocket-Extensions: " + offer);
            assertThat(response.status()).isEqualTo(101);
            return response.header("sec-websocket-extensions");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "permessage-deflate; server_max_window_bits=7",
                "permessage-deflate; server_max_window_bits=16",
                "permessage-deflate; server_max_window_bits=010",
                "permessage-deflate; server_max_window_bits",
                "permessage-deflate; client_max_window_bits=16",
                "permessage-deflate; client_max_window_bits=08",
                "permessage-deflate; server_no_context_takeover=1",
                "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
                "permessage-deflate; unknown",
                "x-webkit-deflate-frame"
            })
    void declinesAnOfferThatItCannotFulfil(String offer) {
        assertThat(answerTo(echo(), offer)).isEmpty();
    }

    @Test
    void declinesEveryOfferWhenCompressionIsOff() {
        assertThat(answerTo(echo().compression(CompressionSettings.disabled()), "permessage-deflate"))
                .isEmpty();
    }

    @Test
    void keepsContextsIfConfiguredAndTheClientAllowsIt() {
        assertThat(answerTo(
                        echo().compression(CompressionSettings.defaults().withContextTakeover(true)),
                        "permessage-deflate"))
                .isEqualTo("permessage-deflate");
        assertThat(answerTo(
                        echo().compression(CompressionSettings.defaults().withContextTakeover(true)),
                        "permessage-deflate; server_no_context_takeover"))
                .isEqualTo("permessage-deflate; server_no_context_takeover");
    }
}
