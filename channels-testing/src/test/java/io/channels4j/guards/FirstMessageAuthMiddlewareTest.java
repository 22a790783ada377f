package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.User;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.Connections;
import io.channels4j.auth.FirstMessageAuthMiddleware;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.CloseStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FirstMessageAuthMiddlewareTest {

    private final Users users = new Users();
    private final WhoAmI site = new WhoAmI();

    private Application behind(FirstMessageAuthMiddleware middleware) {
        return site.application().behind(middleware);
    }

    private FirstMessageAuthMiddleware.Builder builder() {
        return FirstMessageAuthMiddleware.builder(users.tokens());
    }

    private static WebsocketCommunicator connected(Application application, String path) {
        WebsocketCommunicator peer = Peer.socket(application, path).build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    private WebsocketCommunicator connected() {
        return connected(behind(FirstMessageAuthMiddleware.of(users.tokens())), "/");
    }

    @Test
    void connectsTheApplicationAfterTheToken() {
        try (WebsocketCommunicator peer = connected()) {
            peer.sendTo("token-of-1");
            peer.sendTo("who");

            assertThat(peer.receiveFrom()).isEqualTo("ada");
        }
    }

    @Test
    void closesTheConnectionAfterAnInvalidToken() {
        try (WebsocketCommunicator peer = connected()) {
            peer.sendTo("worthless");

            assertThat(peer.receiveClose()).isEqualTo(new CloseStatus(4401, "token is not accepted"));
        }
        assertThat(site.ends).isEmpty();
    }

    @Test
    void rejectsABinaryToken() {
        try (WebsocketCommunicator peer = connected()) {
            peer.sendTo(new byte[] {1});

            assertThat(peer.receiveClose().code()).isEqualTo(4401);
        }
    }

    @Test
    void closesTheConnectionWhenNoTokenArrives() {
        Application application =
                behind(builder().deadline(Duration.ofMillis(50)).build());
        try (WebsocketCommunicator peer = connected(application, "/")) {
            assertThat(peer.receiveClose()).isEqualTo(new CloseStatus(4401, "no token in time"));
        }
    }

    @Test
    void cancelsTheDeadlineAfterTheToken() {
        Application application =
                behind(builder().deadline(Duration.ofSeconds(2)).build());
        try (WebsocketCommunicator peer = connected(application, "/")) {
            peer.sendTo("token-of-1");

            assertThat(peer.receiveNothing(Duration.ofMillis(2500))).isTrue();
        }
    }

    @Test
    void toleratesAClientThatLeavesBeforeItsToken() {
        try (WebsocketCommunicator peer = connected()) {
            peer.disconnect();
        }
        assertThat(site.ends).isEmpty();
    }

    @Test
    void readsTheTokenFromAJsonField() {
        Application application = behind(builder().jsonField("token").build());
        try (WebsocketCommunicator peer = connected(application, "/")) {
            peer.sendJsonTo(Map.of("type", "auth", "token", "token-of-2"));
            peer.sendTo("who");

            assertThat(peer.receiveFrom()).isEqualTo("bob");
        }
    }

    @Test
    void rejectsAMessageThatIsNotJson() {
        Application application = behind(builder().jsonField("token").build());
        try (WebsocketCommunicator peer = connected(application, "/")) {
            peer.sendTo("{broken");

            assertThat(peer.receiveClose().code()).isEqualTo(4401);
        }
    }

    @Test
    void middlewareSelectsTheSubprotocol() {
        Application application =
                behind(builder().subprotocols("chat.v2", "chat.v1").build());
        try (WebsocketCommunicator peer =
                Peer.socket(application, "/").subprotocols("chat.v1", "other").build()) {
            assertThat(peer.connect().subprotocol()).contains("chat.v1");
        }
    }

    @Test
    void rejectsASubprotocolThatWasNotOffered() {
        Application application = behind(FirstMessageAuthMiddleware.of(users.tokens()));
        WebsocketCommunicator peer =
                Peer.socket(application, "/choose").subprotocols("chat").build();
        peer.connect();

        peer.sendTo("token-of-1");

        assertThatThrownBy(peer::receiveFrom)
                .isInstanceOf(ChannelsException.class)
                .hasMessageStartingWith("accept: the connection was accepted by FirstMessageAuthMiddleware");
    }

    @Test
    void closesWithTheCodeOfARejectionByTheApplication() {
        Application application = behind(FirstMessageAuthMiddleware.of(users.tokens()));
        try (WebsocketCommunicator peer = connected(application, "/refuse")) {
            peer.sendTo("token-of-1");

            assertThat(peer.receiveClose().code()).isEqualTo(4404);
        }
    }

    @Test
    void skipsUsersAuthenticatedEarlier() {
        Application application = behind(FirstMessageAuthMiddleware.of(users.tokens()))
                .behind(AuthMiddleware.of(Authenticator.query("ticket", users.tokens())));
        try (WebsocketCommunicator peer = connected(application, "/?ticket=token-of-1")) {
            peer.sendTo("who");

            assertThat(peer.receiveFrom()).isEqualTo("ada");
        }
    }

    @Test
    void closesWhenTheUserExpires() {
        users.replace(User.of("1", "ada", Instant.now().plusMillis(500)));
        try (WebsocketCommunicator peer = connected()) {
            peer.sendTo("token-of-1");

            assertThat(peer.receiveClose().reason()).isEqualTo("authentication has expired");
        }
    }

    @Test
    void canDisconnectTheUser() {
        try (WebsocketCommunicator peer = connected()) {
            peer.sendTo("token-of-1");
            peer.sendTo("who");
            peer.receiveFrom();

            Connections.disconnectUser(peer.channelLayer(), "1");

            assertThat(peer.receiveClose().code()).isEqualTo(4401);
        }
    }

    @Test
    void passesHttpRequests() {
        Application application = behind(FirstMessageAuthMiddleware.of(users.tokens()));

        assertThat(Peer.get(application, "/", "Authorization", "").text()).isEqualTo("anonymous");
    }

    @Test
    void rejectsZeroDeadline() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().deadline(Duration.ZERO))
                .withMessage("deadline: PT0S (expected: more than zero)");
    }
}
