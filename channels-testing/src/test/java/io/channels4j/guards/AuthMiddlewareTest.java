package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.auth.Auth;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.Authenticator;
import io.channels4j.testing.Handshake;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthMiddlewareTest {

    private final Users users = new Users();
    private final WhoAmI site = new WhoAmI();

    private Application behind(Authenticator... inOrder) {
        return site.application().behind(AuthMiddleware.of(inOrder));
    }

    private Application required(Authenticator... inOrder) {
        return site.application()
                .behind(AuthMiddleware.builder(inOrder).required().build());
    }

    private static String nameWith(Application application, String authorization) {
        return Peer.get(application, "/", "Authorization", authorization).text();
    }

    private static Handshake offer(Application application, String path, String... subprotocols) {
        try (WebsocketCommunicator peer =
                Peer.socket(application, path).subprotocols(subprotocols).build()) {
            return peer.connect();
        }
    }

    @Test
    void userIsAnonymousByDefault() {
        assertThat(nameWith(behind(), "")).isEqualTo("anonymous");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer token-of-1", "bearer token-of-1", "BEARER   token-of-1"})
    void authenticatesByBearerToken(String authorization) {
        assertThat(nameWith(behind(Authenticator.bearer(users.tokens())), authorization))
                .isEqualTo("ada");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Bearer", "Bearer ", "Bearer worthless", "Basic token-of-1", "token-of-1", "Bearertoken-of-1"})
    void ignoresAnInvalidToken(String authorization) {
        assertThat(nameWith(behind(Authenticator.bearer(users.tokens())), authorization))
                .isEqualTo("anonymous");
    }

    @Test
    void ignoresRepeatedAuthorizationHeaders() {
        try (HttpCommunicator peer = Peer.http(behind(Authenticator.bearer(users.tokens())), "/")
                .header("Authorization", "Bearer token-of-1")
                .header("Authorization", "Bearer token-of-2")
                .build()) {
            assertThat(peer.getResponse().text()).isEqualTo("anonymous");
        }
    }

    @ParameterizedTest
    @CsvSource({"/?ticket=token-of-2, bob", "/?ticket=, anonymous", "/?other=token-of-2, anonymous", "/, anonymous"})
    void authenticatesByQueryParameter(String target, String name) {
        Application application = behind(Authenticator.query("ticket", users.tokens()));

        assertThat(Peer.get(application, target, "Authorization", "").text()).isEqualTo(name);
    }

    @Test
    void authenticatesBySubprotocolAndSelectsTheMarker() {
        try (WebsocketCommunicator peer = Peer.socket(behind(Authenticator.subprotocol("bearer", users.tokens())), "/")
                .subprotocols("bearer", "token-of-1")
                .build()) {
            assertThat(peer.connect().subprotocol()).contains("bearer");
            peer.sendTo("who");
            assertThat(peer.receiveFrom()).isEqualTo("ada");
        }
    }

    @Test
    void prefersTheApplicationsSubprotocolToTheMarker() {
        Application application = behind(Authenticator.subprotocol("bearer", users.tokens()));

        assertThat(offer(application, "/choose", "chat", "bearer", "token-of-1").subprotocol())
                .contains("chat");
    }

    @Test
    void neverSelectsTheTokenAsSubprotocol() {
        Application application = behind(Authenticator.subprotocol("bearer", users.tokens()));

        assertThat(offer(application, "/choose", "bearer", "chat").subprotocol())
                .contains("bearer");
    }

    @Test
    void selectsTheMarkerForAnInvalidTokenToo() {
        Application application = behind(Authenticator.subprotocol("bearer", users.tokens()));

        assertThat(offer(application, "/", "bearer", "worthless").subprotocol()).contains("bearer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "bearer"})
    void requiresATokenAmongTheSubprotocols(String offered) {
        Application application = required(Authenticator.subprotocol("bearer", users.tokens()));
        String[] subprotocols = offered.isEmpty() ? new String[0] : new String[] {offered};

        assertThat(offer(application, "/", subprotocols).status()).isEqualTo(401);
    }

    @Test
    void rejectsEmptyMarker() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Authenticator.subprotocol("", users.tokens()))
                .withMessage("subprotocol marker: \"\" (expected: a name such as \"bearer\")");
    }

    @Test
    void usesTheFirstAuthenticatorThatFindsAUser() {
        Application application =
                behind(Authenticator.query("ticket", users.tokens()), Authenticator.bearer(users.tokens()));

        assertThat(Peer.get(application, "/?ticket=token-of-2", "Authorization", "Bearer token-of-1")
                        .text())
                .isEqualTo("bob");
        assertThat(Peer.get(application, "/", "Authorization", "Bearer token-of-1")
                        .text())
                .isEqualTo("ada");
    }

    @Test
    void sendsAChallengeWhenAUserIsRequired() {
        HttpCommunicator.Response response =
                Peer.get(required(Authenticator.bearer(users.tokens())), "/", "Authorization", "Bearer worthless");

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.headers().first("www-authenticate")).contains("Bearer");
    }

    @Test
    void rejectsAHandshakeWhenAUserIsRequired() {
        Handshake refused = offer(required(Authenticator.bearer(users.tokens())), "/");

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.headers()).isNotEqualTo(Headers.empty());
    }

    @Test
    void ignoresAnExpiredUser() {
        User expired = User.of("1", "ada", Instant.now().minusSeconds(1));
        Application application = behind(scope -> CompletableFuture.completedFuture(Optional.of(expired)));

        assertThat(nameWith(application, "")).isEqualTo("anonymous");
    }

    @Test
    void rejectsTheConnectionWhenAuthenticationFails() {
        IllegalStateException down = new IllegalStateException("database is down");
        Application application = behind(scope -> CompletableFuture.failedFuture(down));

        assertThatThrownBy(() -> nameWith(application, "")).isSameAs(down);
    }

    @Test
    void innerMiddlewareAuthenticatesWhenTheOuterFoundNoUser() {
        Application application = behind(Authenticator.bearer(users.tokens()))
                .behind(AuthMiddleware.of(Authenticator.query("ticket", users.tokens())));

        assertThat(nameWith(application, "Bearer token-of-1")).isEqualTo("ada");
    }

    @Test
    void innerMiddlewareKeepsTheUserOfTheOuter() {
        Application application = behind(Authenticator.bearer(users.tokens()))
                .behind(AuthMiddleware.of(Authenticator.query("ticket", users.tokens())));

        assertThat(Peer.get(application, "/?ticket=token-of-2", "Authorization", "Bearer token-of-1")
                        .text())
                .isEqualTo("bob");
    }

    @Test
    void reportsAMissingSessionMiddleware() {
        assertThatThrownBy(() -> nameWith(behind(Authenticator.session(users)), ""))
                .isInstanceOf(ChannelsException.class)
                .hasMessage("session: none in this scope (expected: SessionMiddleware in front)");
    }

    @Test
    void loginReportsAMissingAuthMiddleware() {
        Scope scope = Scope.builder("http").build();

        assertThatThrownBy(() -> Auth.login(scope, Users.ADA))
                .isInstanceOf(ChannelsException.class)
                .hasMessage("login: not available in this scope (expected: AuthMiddleware in front)");
    }

    @Test
    void rejectsLoginOfTheAnonymousUser() {
        Scope scope = Scope.builder("http").build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Auth.login(scope, User.anonymous()))
                .withMessage("login: the anonymous user (expected: an authenticated one)");
    }
}
