package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.testing.WebsocketCommunicator;
import org.junit.jupiter.api.Test;

class AuthSnippetsTest {

    private final Users users = new Users();
    private final WhoAmI site = new WhoAmI();

    @Test
    void requiresAToken() {
        try (WebsocketCommunicator peer = Peer.socket(AuthSnippets.withTokens(site.application(), users.tokens()), "/")
                .subprotocols("bearer", "token-of-1")
                .build()) {
            assertThat(peer.connect().subprotocol()).contains("bearer");
        }
    }

    @Test
    void authenticatesBySession() {
        assertThat(Peer.get(AuthSnippets.withSessions(site.application(), users), "/login/ada", "Cookie", "")
                        .text())
                .isEqualTo("ada");
    }
}
