package io.channels4j.guards;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.auth.Auth;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.AuthMiddlewareStack;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.Connections;
import io.channels4j.auth.UserStore;
import io.channels4j.consumer.Consumer;
import io.channels4j.layer.InMemoryChannelLayer;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.CloseStatus;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests which connections a logout ends. */
class LogoutTest {

    private static final CloseStatus LOGGED_OUT = new CloseStatus(4401, "logged out");

    private final Users users = new Users();
    private final InMemorySessionStore sessions = InMemorySessionStore.create();
    private final InMemoryChannelLayer layer = InMemoryChannelLayer.create();
    private final Application site = new WhoAmI().application();
    private final Application application = site.behind(AuthMiddlewareStack.of(users, sessions));

    @AfterEach
    void closeLayer() {
        layer.close();
    }

    private HttpCommunicator.Response get(Application served, String path, String cookie) {
        HttpCommunicator.Builder builder = Peer.http(served, path).channelLayer(layer);
        try (HttpCommunicator peer = (cookie.isEmpty() ? builder : builder.header("Cookie", cookie)).build()) {
            return peer.getResponse();
        }
    }

    /** Requests a path, and returns the session cookie that the response sets. */
    private String cookieAfter(String path, String cookie) {
        return get(application, path, cookie).headers().all("set-cookie").stream()
                .filter(value -> value.startsWith("sessionid="))
                .findFirst()
                .orElseThrow()
                .split(";", 2)[0];
    }

    private WebsocketCommunicator socket(Application served, String cookie) {
        WebsocketCommunicator peer = Peer.socket(served, "/")
                .channelLayer(layer)
                .header("Cookie", cookie)
                .build();
        assertThat(peer.connect().accepted()).isTrue();
        return peer;
    }

    private static String userOf(WebsocketCommunicator peer) {
        peer.sendTo("who");
        return peer.receiveFrom();
    }

    private static <T> T done(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(30, SECONDS);
    }

    @Test
    @DisplayName("P8: a logout over HTTP ends the open WebSockets of its session, and only those")
    void endsTheConnectionsOfItsSession() {
        String phone = cookieAfter("/login/ada", "");
        String laptop = cookieAfter("/login/ada", "");
        try (WebsocketCommunicator first = socket(application, phone);
                WebsocketCommunicator second = socket(application, phone);
                WebsocketCommunicator other = socket(application, laptop)) {
            get(application, "/logout", phone);

            assertThat(first.receiveClose()).isEqualTo(LOGGED_OUT);
            assertThat(second.receiveClose()).isEqualTo(LOGGED_OUT);
            assertThat(userOf(other)).isEqualTo("ada");
        }
    }

    @Test
    void sessionIsDeletedBeforeItsConnectionsEnd() {
        String cookie = cookieAfter("/login/ada", "");
        try (WebsocketCommunicator peer = socket(application, cookie)) {
            get(application, "/logout", cookie);
            peer.receiveClose();

            try (WebsocketCommunicator again = socket(application, cookie)) {
                assertThat(userOf(again)).isEqualTo("anonymous");
            }
        }
    }

    @Test
    void endsStreamedResponses() {
        String cookie = cookieAfter("/login/ada", "");
        try (HttpCommunicator peer = Peer.http(application, "/events/")
                .channelLayer(layer)
                .header("Cookie", cookie)
                .build()) {
            peer.receiveHead();
            peer.receivePart();
            peer.receivePart(); // the connection is registered after the first part

            get(application, "/logout", cookie);

            peer.getResponse();
            assertThat(peer.complete()).isTrue();
        }
    }

    @Test
    void onAWebSocketEndsTheOthersOfItsSession() {
        String cookie = cookieAfter("/login/ada", "");
        try (WebsocketCommunicator here = socket(application, cookie);
                WebsocketCommunicator other = socket(application, cookie)) {
            here.sendTo("logout");

            assertThat(here.receiveFrom()).isEqualTo("anonymous");
            assertThat(other.receiveClose()).isEqualTo(LOGGED_OUT);
            assertThat(userOf(here)).isEqualTo("anonymous");
        }
    }

    @Test
    void canKeepTheConnections() {
        Application keeping = site.behind(
                SessionMiddleware.of(sessions),
                AuthMiddleware.builder(Authenticator.session(users))
                        .keepConnectionsOnLogout()
                        .build());
        String cookie = cookieAfter("/login/ada", "");
        try (WebsocketCommunicator peer = socket(keeping, cookie)) {
            get(keeping, "/logout", cookie);

            assertThat(userOf(peer)).isEqualTo("ada");
        }
    }

    @Test
    @DisplayName("P8: connections that were opened before a login are found by the new id of their session")
    void rotatedSessionFindsEarlierConnections() throws Exception {
        String before = cookieAfter("/put", "");
        try (WebsocketCommunicator early = socket(application, before)) {
            String after = cookieAfter("/login/ada", before);
            String id = idOf(after);

            done(Connections.disconnectSession(layer, id));

            assertThat(early.receiveClose().code()).isEqualTo(4401);
        }
    }

    @Test
    @DisplayName("P8: a logout ends connections that were opened before the login")
    void endsConnectionsFromBeforeTheLogin() {
        String before = cookieAfter("/put", "");
        try (WebsocketCommunicator early = socket(application, before)) {
            String after = cookieAfter("/login/ada", cookieAfter("/login/ada", before)); // rotates twice

            get(application, "/logout", after);

            assertThat(early.receiveClose()).isEqualTo(LOGGED_OUT);
        }
    }

    private String idOf(String cookie) {
        CompletableFuture<String> id = new CompletableFuture<>();
        Application observing = (scope, receiver, sender) -> {
            id.complete(scope.session().id().orElseThrow());
            return site.handle(scope, receiver, sender);
        };
        get(observing.behind(SessionMiddleware.of(sessions)), "/", cookie);
        return id.join();
    }

    @Test
    @DisplayName("P8: logoutEverywhere ends all sessions and connections of a user")
    void logoutEverywhere() throws Exception {
        String phone = cookieAfter("/login/ada", "");
        String laptop = cookieAfter("/login/ada", "");
        String bob = cookieAfter("/login/bob", "");
        try (WebsocketCommunicator first = socket(application, phone);
                WebsocketCommunicator second = socket(application, laptop);
                WebsocketCommunicator other = socket(application, bob)) {
            done(Auth.logoutEverywhere(layer, users, Users.ADA.id()));

            assertThat(first.receiveClose().code()).isEqualTo(4401);
            assertThat(second.receiveClose().code()).isEqualTo(4401);
            assertThat(get(application, "/", phone).text()).isEqualTo("anonymous");
            assertThat(get(application, "/", laptop).text()).isEqualTo("anonymous");
            assertThat(get(application, "/", bob).text()).isEqualTo("bob");
            assertThat(userOf(other)).isEqualTo("bob");
        }
    }

    @Test
    void logoutEverywhereOfTheDocumentedExample() {
        String phone = cookieAfter("/login/ada", "");
        String laptop = cookieAfter("/login/ada", "");
        Application everywhere = Consumer.application(() -> new AuthSnippets.LogoutEverywhereConsumer(users))
                .behind(AuthMiddlewareStack.of(users, sessions));

        assertThat(get(everywhere, "/", phone).text()).isEqualTo("logged out on all devices");

        await().until(() -> get(application, "/", laptop).text().equals("anonymous"));
    }

    @Test
    void logoutEverywhereNeedsAStoreThatEndsSessions() {
        UserStore unable = id -> CompletableFuture.completedFuture(Optional.empty());
        String cookie = cookieAfter("/login/ada", "");
        try (WebsocketCommunicator peer = socket(application, cookie)) {
            assertThatThrownBy(() -> done(Auth.logoutEverywhere(layer, unable, Users.ADA.id())))
                    .hasRootCauseInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("UserStore.endSessions");
            assertThat(userOf(peer)).isEqualTo("ada");
        }
    }
}
