package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.channels4j.Application;
import io.channels4j.Message;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.Connections;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.CloseStatus;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@SuppressWarnings("try") // some connections only have to be open
class ConnectionsTest {

    private final Users users = new Users();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final Application application = application();

    private Application application() {
        return new WhoAmI().application().behind(AuthMiddleware.of(Authenticator.query("ticket", users.tokens())));
    }

    @AfterEach
    void closeLayer() {
        layer.close();
    }

    private WebsocketCommunicator connected(Application application, ChannelLayer used, String target) {
        WebsocketCommunicator peer =
                Peer.socket(application, target).channelLayer(used).build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    private WebsocketCommunicator ada() {
        return connected(application, layer, "/?ticket=token-of-1");
    }

    private void awaitNoChannels() {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> layer.channelCount() == 0);
    }

    @Test
    void closesAllConnectionsOfTheUser() {
        try (WebsocketCommunicator first = ada();
                WebsocketCommunicator second = ada()) {
            Connections.disconnectUser(layer, "1");

            assertThat(first.receiveClose()).isEqualTo(new CloseStatus(4401, "disconnected"));
            assertThat(second.receiveClose()).isEqualTo(new CloseStatus(4401, "disconnected"));
        }
    }

    @Test
    void reachesOtherProcessesThroughTheLayer() {
        try (WebsocketCommunicator here = ada();
                WebsocketCommunicator there = connected(application(), layer, "/?ticket=token-of-1")) {
            Connections.disconnectUser(layer, "1", new CloseStatus(4403, "banned"));

            assertThat(here.receiveClose().code()).isEqualTo(4403);
            assertThat(there.receiveClose().code()).isEqualTo(4403);
        }
    }

    @Test
    void sendsAMessageThatCanBeSerialized() {
        try (WebsocketCommunicator peer =
                Peer.socket(application, "/?ticket=token-of-1").build()) {
            peer.connect();

            Connections.disconnectUser(peer.channelLayer(), "1");

            assertThat(peer.receiveClose().code()).isEqualTo(4401);
        }
    }

    @Test
    void listsOpenConnectionsOfTheUserInThisProcess() {
        assertThat(Connections.count(layer, "1")).isZero();
        try (WebsocketCommunicator first = ada();
                WebsocketCommunicator behindOtherMiddleware = connected(application(), layer, "/b?ticket=token-of-1");
                WebsocketCommunicator bob = connected(application, layer, "/c?ticket=token-of-2")) {
            assertThat(ConnectionSnippets.openPaths(layer, "1")).containsExactly("/", "/b");
            assertThat(Connections.count(layer, "1")).isEqualTo(2);
            assertThat(Connections.count(layer, "2")).isEqualTo(1);
        }
        Awaitility.await()
                .untilAsserted(() -> assertThat(Connections.list(layer, "1")).isEmpty());
    }

    @Test
    void listsConnectionsOfALayerThatDelegates() {
        try (WebsocketCommunicator peer =
                Peer.socket(application, "/?ticket=token-of-1").build()) {
            peer.connect();

            assertThat(Connections.count(peer.channelLayer(), "1")).isEqualTo(1);
        }
    }

    @Test
    void keepsConnectionsOfOtherUsers() {
        try (WebsocketCommunicator ada = ada();
                WebsocketCommunicator bob = connected(application, layer, "/?ticket=token-of-2");
                WebsocketCommunicator anonymous = connected(application, layer, "/")) {
            Connections.disconnectUser(layer, "1");
            ada.receiveClose();

            bob.sendTo("who");
            anonymous.sendTo("who");
            assertThat(bob.receiveFrom()).isEqualTo("bob");
            assertThat(anonymous.receiveFrom()).isEqualTo("anonymous");
        }
    }

    @Test
    void endsStreamedResponses() {
        try (HttpCommunicator peer = Peer.http(application, "/events/?ticket=token-of-1")
                .channelLayer(layer)
                .build()) {
            peer.receiveHead();
            peer.receivePart();
            peer.receivePart(); // the connection is registered after the first part

            Connections.disconnectUser(layer, "1");

            peer.getResponse();
            assertThat(peer.complete()).isTrue();
        }
    }

    @Test
    void closesAConnectionThatLoggedInWhileOpen() {
        try (WebsocketCommunicator peer = connected(application, layer, "/")) {
            peer.sendTo("login ada");
            peer.receiveFrom();

            Connections.disconnectUser(layer, "1");

            assertThat(peer.receiveClose().code()).isEqualTo(4401);
        }
    }

    @Test
    void keepsAConnectionThatLoggedOut() {
        try (WebsocketCommunicator peer = ada()) {
            peer.sendTo("logout");
            peer.receiveFrom();

            Connections.disconnectUser(layer, "1");

            assertThat(peer.receiveNothing()).isTrue();
        }
    }

    @Test
    void anonymousConnectionsUseNoChannel() {
        try (WebsocketCommunicator anonymous = connected(application, layer, "/")) {
            assertThat(anonymous.receiveNothing()).isTrue();
            assertThat(layer.channelCount()).isZero();
        }
    }

    @Test
    void watchedConnectionsUseNoChannel() {
        try (WebsocketCommunicator first = ada();
                WebsocketCommunicator second = connected(application, layer, "/?ticket=token-of-2")) {
            assertThat(first.receiveNothing()).isTrue();
            assertThat(second.receiveNothing()).isTrue();
            assertThat(layer.channelCount()).isZero();
        }
    }

    @Test
    @DisplayName("P2: removes the shared channel with the last connection")
    void removesTheChannelWithTheLastConnection() {
        ada().close();
        connected(application, layer, "/?ticket=token-of-2").disconnect();

        awaitNoChannels();
        assertThat(layer.groupCount()).isZero();
    }

    @Test
    void rejectsAnonymousId() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Connections.disconnectUser(layer, ""))
                .withMessage("user id: \"\" (expected: the id of an authenticated user)");
    }

    @Test
    void acceptsConnectionsWhileTheLayerFails() {
        layer.close();

        try (WebsocketCommunicator peer = ada()) {
            peer.sendTo("who");

            assertThat(peer.receiveFrom()).isEqualTo("ada");
        }
    }

    @Test
    void keepsConnectionsAfterAGapMessage() {
        try (WebsocketCommunicator peer = ada()) {
            layer.groupSend("channels.auth", Message.of(ChannelLayer.GAP));

            assertThat(peer.receiveNothing()).isTrue();
        }
    }
}
