package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.Disconnect;
import io.channels4j.User;
import io.channels4j.auth.Auth;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.Authenticator;
import io.channels4j.consumer.Consumer;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class UserExpiryTest {

    private final Users users = new Users();
    private final WhoAmI site = new WhoAmI();
    private final Application application =
            site.application().behind(AuthMiddleware.of(Authenticator.query("ticket", users.tokens())));

    private void adaExpiresIn(Duration time) {
        users.replace(User.of("1", "ada", Instant.now().plus(time)));
    }

    @Test
    void closesTheWebSocketWhenItsUserExpires() throws Exception {
        adaExpiresIn(Duration.ofMillis(500));
        try (WebsocketCommunicator peer =
                Peer.socket(application, "/?ticket=token-of-1").build()) {
            assertThat(peer.connect().accepted()).isTrue();

            assertThat(peer.receiveClose()).isEqualTo(new CloseStatus(4401, "authentication has expired"));
            Disconnect why = site.ends.poll(10, TimeUnit.SECONDS);
            assertThat(why).isNotNull();
            assertThat(why.code()).hasValue(4401);
        }
    }

    /** Renews the user when the client requests it. */
    private static final class Renewing extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            User later = User.of("1", "ada", Instant.now().plusSeconds(600));
            return Auth.login(scope(), later)
                    .thenCompose(
                            renewed -> send(scope().user().expiresAt().equals(later.expiresAt()) ? "renewed" : "not"));
        }
    }

    @Test
    void keepsTheConnectionOfARenewedUser() {
        Application renewing = Consumer.application(Renewing::new)
                .behind(AuthMiddleware.of(Authenticator.query("ticket", users.tokens())));
        adaExpiresIn(Duration.ofSeconds(2));
        try (WebsocketCommunicator peer =
                Peer.socket(renewing, "/?ticket=token-of-1").build()) {
            peer.connect();
            peer.sendTo("renew");
            assertThat(peer.receiveFrom()).isEqualTo("renewed");

            assertThat(peer.receiveNothing(Duration.ofMillis(2500))).isTrue();
        }
    }

    @Test
    void endsAStreamedResponseWhenItsUserExpires() {
        adaExpiresIn(Duration.ofMillis(500));
        try (HttpCommunicator peer =
                Peer.http(application, "/events/?ticket=token-of-1").build()) {
            assertThat(peer.receiveHead().status()).isEqualTo(200);

            assertThat(peer.getResponse().text()).contains("data: ada");
            assertThat(peer.complete()).isTrue();
        }
    }

    @Test
    void keepsConnectionsOfOtherUsers() {
        adaExpiresIn(Duration.ofMillis(200));
        try (WebsocketCommunicator ada =
                        Peer.socket(application, "/?ticket=token-of-1").build();
                WebsocketCommunicator bob =
                        Peer.socket(application, "/?ticket=token-of-2").build()) {
            bob.connect();
            ada.connect();
            ada.receiveClose();

            bob.sendTo("who");

            assertThat(bob.receiveFrom()).isEqualTo("bob");
        }
    }
}
