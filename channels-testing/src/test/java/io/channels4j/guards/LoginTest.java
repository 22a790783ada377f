package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.auth.AuthMiddlewareStack;
import io.channels4j.security.AllowedHostsOriginValidator;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.testing.Handshake;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Tests login and logout with sessions, over HTTP and WebSocket. */
class LoginTest {

    private final Users users = new Users();
    private final InMemorySessionStore sessions = InMemorySessionStore.create();
    private final Application application = new WhoAmI().application().behind(AuthMiddlewareStack.of(users, sessions));

    private HttpCommunicator.Response get(String path, String cookie) {
        return Peer.get(application, path, "Cookie", cookie);
    }

    private String login(String cookie) {
        return cookieOf(get("/login/ada", cookie).headers().first("set-cookie"));
    }

    private static String cookieOf(Optional<String> setCookie) {
        String value = setCookie.orElseThrow();
        return value.substring(0, value.indexOf(';'));
    }

    private WebsocketCommunicator socket(String path, String cookie) {
        return Peer.socket(application, path).header("Cookie", cookie).build();
    }

    @Test
    void loginTakesEffectImmediately() {
        assertThat(get("/login/ada", "").text()).isEqualTo("ada");
    }

    @Test
    void loginAppliesToLaterConnections() {
        String cookie = login("");

        assertThat(get("/", cookie).text()).isEqualTo("ada");
    }

    @Test
    void webSocketHasTheUserOfTheSession() {
        try (WebsocketCommunicator peer = socket("/", login(""))) {
            peer.connect();
            peer.sendTo("who");

            assertThat(peer.receiveFrom()).isEqualTo("ada");
        }
    }

    @Test
    void loginRotatesTheSessionIdAndKeepsTheData() {
        String before = cookieOf(get("/put", "").headers().first("set-cookie"));

        String after = login(before);

        assertThat(after).isNotEqualTo(before);
        assertThat(get("/", before).text()).isEqualTo("anonymous");
        assertThat(sessions.size()).isEqualTo(1);
    }

    @Test
    void loginOfAnotherUserReplacesTheFirst() {
        String ada = login("");

        String bob = cookieOf(get("/login/bob", ada).headers().first("set-cookie"));

        assertThat(List.of(get("/", bob).text(), get("/", ada).text())).containsExactly("bob", "anonymous");
    }

    @Test
    void logoutEndsTheSession() {
        String cookie = login("");

        HttpCommunicator.Response response = get("/logout", cookie);

        assertThat(response.text()).isEqualTo("anonymous");
        assertThat(response.headers().first("set-cookie"))
                .hasValueSatisfying(deleted -> assertThat(deleted).contains("Max-Age=0"));
        assertThat(get("/", cookie).text()).isEqualTo("anonymous");
        assertThat(sessions.size()).isZero();
    }

    @Test
    void logoutWithoutUserIsNotAnError() {
        HttpCommunicator.Response response = get("/logout", "");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.headers().contains("set-cookie")).isFalse();
    }

    @Test
    void loginBeforeAcceptSetsTheCookieInTheHandshake() {
        String cookie;
        try (WebsocketCommunicator peer = socket("/login/ada", "")) {
            cookie = cookieOf(peer.connect().headers().first("set-cookie"));
        }

        assertThat(get("/", cookie).text()).isEqualTo("ada");
    }

    @Test
    void loginOnAnOpenWebSocketAppliesToThatConnectionOnly() {
        String cookie = cookieOf(get("/put", "").headers().first("set-cookie"));
        try (WebsocketCommunicator peer = socket("/", cookie)) {
            peer.connect();
            peer.sendTo("login ada");
            assertThat(peer.receiveFrom()).isEqualTo("ada");
        }

        assertThat(get("/", cookie).text()).isEqualTo("anonymous");
    }

    @Test
    void logoutOnAnOpenWebSocketEndsTheSession() {
        String cookie = login("");
        try (WebsocketCommunicator peer = socket("/", cookie)) {
            peer.connect();
            peer.sendTo("logout");
            assertThat(peer.receiveFrom()).isEqualTo("anonymous");
        }

        assertThat(get("/", cookie).text()).isEqualTo("anonymous");
    }

    @Test
    void passwordChangeEndsTheSession() {
        String cookie = login("");

        users.changePassword(Users.ADA);

        assertThat(get("/", cookie).text()).isEqualTo("anonymous");
        assertThat(sessions.size()).isZero();
    }

    @Test
    void removedUserIsAnonymous() {
        String cookie = login("");

        users.remove(Users.ADA);

        assertThat(get("/", cookie).text()).isEqualTo("anonymous");
    }

    private Handshake connectFrom(Application site, String origin) {
        try (WebsocketCommunicator peer =
                Peer.socket(site, "wss://example.com/").header("Origin", origin).build()) {
            return peer.connect();
        }
    }

    @Test
    @DisplayName("P8: the stack rejects connections from pages of other hosts")
    void rejectsAPageOfAnotherHost() {
        assertThat(connectFrom(application, "https://evil.example").status()).isEqualTo(403);
    }

    @Test
    void acceptsAPageOfTheSameHost() {
        assertThat(connectFrom(application, "https://example.com").accepted()).isTrue();
    }

    @Test
    void defersToAnOriginValidatorInFront() {
        Application guarded = application.behind(AllowedHostsOriginValidator.of("partner.example"));

        assertThat(connectFrom(guarded, "https://partner.example").accepted()).isTrue();
        assertThat(connectFrom(guarded, "https://example.com").status()).isEqualTo(403);
    }
}
