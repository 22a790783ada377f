package io.channels4j.guards;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.AuthMiddlewareStack;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.Connections;
import io.channels4j.auth.FirstMessageAuthMiddleware;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.ManualClock;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.CloseStatus;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests users whom the application's own middleware has put into the scope. */
class EarlierUserTest {

    /** A user of the application's own type. */
    record Account(String id, String name, String tenant) implements User {}

    private static final Account EVE = new Account("7", "eve", "acme");

    private final Users users = new Users();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final WhoAmI site = new WhoAmI();

    @AfterEach
    void closeLayer() {
        layer.close();
    }

    private static Middleware setting(User user) {
        return inner -> (scope, receiver, sender) -> inner.handle(scope.with(Scope.USER, () -> user), receiver, sender);
    }

    private Application behind(Middleware... outermostFirst) {
        return site.application().behind(outermostFirst);
    }

    private WebsocketCommunicator connected(Application application, String path) {
        WebsocketCommunicator peer =
                Peer.socket(application, path).channelLayer(layer).build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    private static String userOf(WebsocketCommunicator peer) {
        peer.sendTo("who");
        return peer.receiveFrom();
    }

    private static void done(CompletionStage<Void> stage) throws Exception {
        stage.toCompletableFuture().get(30, SECONDS);
    }

    private AuthMiddleware byTicket() {
        return AuthMiddleware.of(Authenticator.query("ticket", users.tokens()));
    }

    @Test
    void userFromEarlierMiddlewareIsKept() {
        try (WebsocketCommunicator peer = connected(behind(setting(EVE), byTicket()), "/?ticket=token-of-1")) {
            assertThat(userOf(peer)).isEqualTo("eve");
        }
    }

    @Test
    void userFromEarlierMiddlewareIsKeptOverHttp() {
        Application application = behind(setting(EVE), byTicket());

        assertThat(Peer.get(application, "/?ticket=token-of-1", "Authorization", "")
                        .text())
                .isEqualTo("eve");
    }

    @Test
    void userFromEarlierMiddlewareIsKeptByTheStack() {
        Application application = behind(setting(EVE), AuthMiddlewareStack.of(users, InMemorySessionStore.create()));

        assertThat(Peer.get(application, "/", "Authorization", "").text()).isEqualTo("eve");
    }

    @Test
    void earlierUserSatisfiesRequired() {
        Application application =
                behind(setting(EVE), AuthMiddleware.builder().required().build());

        assertThat(Peer.get(application, "/", "Authorization", "").text()).isEqualTo("eve");
    }

    @Test
    void earlierUserNeedsNoTokenInTheFirstMessage() {
        Application application = behind(setting(EVE), FirstMessageAuthMiddleware.of(users.tokens()));
        try (WebsocketCommunicator peer = connected(application, "/")) {
            assertThat(userOf(peer)).isEqualTo("eve");
        }
    }

    @Test
    void anonymousUserFromEarlierMiddlewareIsReplaced() {
        try (WebsocketCommunicator peer =
                connected(behind(setting(User.anonymous()), byTicket()), "/?ticket=token-of-1")) {
            assertThat(userOf(peer)).isEqualTo("ada");
        }
    }

    @Test
    void expiredUserFromEarlierMiddlewareIsReplaced() {
        ManualClock clock = ManualClock.create();
        AuthMiddleware auth = AuthMiddleware.builder(Authenticator.query("ticket", users.tokens()))
                .clock(clock)
                .build();
        User expired = User.of("7", "eve", clock.instant());
        try (WebsocketCommunicator peer = connected(behind(setting(expired), auth), "/?ticket=token-of-1")) {
            assertThat(userOf(peer)).isEqualTo("ada");
        }
    }

    @Test
    void disconnectUserReachesTheUserOfEarlierMiddleware() throws Exception {
        try (WebsocketCommunicator peer = connected(behind(setting(EVE), AuthMiddleware.of()), "/")) {
            done(Connections.disconnectUser(layer, "7"));

            assertThat(peer.receiveClose()).isEqualTo(new CloseStatus(4401, "disconnected"));
        }
    }

    @Test
    void disconnectUserReachesTheUserOfLaterMiddleware() throws Exception {
        try (WebsocketCommunicator peer = connected(behind(byTicket(), setting(EVE)), "/?ticket=token-of-1")) {
            assertThat(userOf(peer)).isEqualTo("eve");
            done(Connections.disconnectUser(layer, "1")); // the consumer does not serve this user
            assertThat(userOf(peer)).isEqualTo("eve");

            done(Connections.disconnectUser(layer, "7"));

            assertThat(peer.receiveClose().code()).isEqualTo(4401);
        }
    }

    @Test
    void userBetweenTwoAuthMiddlewaresIsKept() throws Exception {
        Application application = behind(AuthMiddleware.of(), setting(EVE), byTicket());
        try (WebsocketCommunicator peer = connected(application, "/?ticket=token-of-1")) {
            assertThat(userOf(peer)).isEqualTo("eve");

            done(Connections.disconnectUser(layer, "7"));

            assertThat(peer.receiveClose().code()).isEqualTo(4401);
        }
    }

    @Test
    void disconnectUserEndsAStreamOfTheUserOfLaterMiddleware() throws Exception {
        try (HttpCommunicator peer = Peer.http(behind(AuthMiddleware.of(), setting(EVE)), "/events/")
                .channelLayer(layer)
                .build()) {
            peer.receiveHead();
            peer.receivePart();
            peer.receivePart(); // the connection is registered after the first part

            done(Connections.disconnectUser(layer, "7"));

            peer.getResponse();
            assertThat(peer.complete()).isTrue();
        }
    }

    @Test
    void socketClosesWhenTheEarlierUserExpires() {
        ManualClock clock = ManualClock.create();
        User user = User.of("7", "eve", clock.instant().plus(Duration.ofHours(1)));
        Application application =
                behind(setting(user), AuthMiddleware.builder().clock(clock).build());
        try (WebsocketCommunicator peer = connected(application, "/")) {
            clock.advance(Duration.ofMinutes(59));
            assertThat(userOf(peer)).isEqualTo("eve");

            clock.advance(Duration.ofMinutes(1));

            assertThat(peer.receiveClose()).isEqualTo(new CloseStatus(4401, "authentication has expired"));
        }
    }
}
