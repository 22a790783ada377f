package io.channels4j.guards;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.channels4j.Application;
import io.channels4j.ChannelsException;
import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.auth.Auth;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.Connections;
import io.channels4j.auth.FirstMessageAuthMiddleware;
import io.channels4j.auth.TokenVerifier;
import io.channels4j.auth.jwt.JwtAlgorithm;
import io.channels4j.auth.jwt.JwtKeys;
import io.channels4j.auth.jwt.JwtVerifier;
import io.channels4j.testing.ManualClock;
import io.channels4j.testing.WebsocketCommunicator;
import io.channels4j.websocket.AsyncWebsocketConsumer;
import io.channels4j.websocket.CloseStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests the end of sockets whose token expires, and the renewal of tokens on open sockets. */
class TokenExpiryTest {

    private static final byte[] SECRET =
            "a secret for tests with more than 32 bytes".getBytes(StandardCharsets.US_ASCII);
    private static final CloseStatus EXPIRED = new CloseStatus(4401, "authentication has expired");

    record Account(String id, String name) implements User {}

    /** Where the client puts its token. */
    enum Place {
        HEADER,
        QUERY,
        SUBPROTOCOL,
        FIRST_MESSAGE
    }

    private final ManualClock clock = ManualClock.create();
    private final Set<String> blocked = ConcurrentHashMap.newKeySet();
    private final JwtVerifier verifier = JwtVerifier.builder(JwtKeys.secret(SECRET), JwtAlgorithm.HS256)
            .clock(clock)
            .clockSkew(Duration.ZERO)
            .users(id -> CompletableFuture.completedFuture(
                    Optional.of(new Account(id, "user " + id)).filter(account -> !blocked.contains(id))))
            .build();

    /** Renews the login with each message that starts with {@code renew}, and answers others with the name of the user. */
    private static final class Renewing extends AsyncWebsocketConsumer {

        @Override
        protected CompletionStage<Void> receive(String text) {
            return text.startsWith("renew")
                    ? Auth.renew(scope(), text.equals("renew") ? null : text.substring("renew ".length()))
                            .thenCompose(renewed -> send(renewed ? "renewed" : "rejected"))
                    : send(
                            scope().user().authenticated()
                                    ? scope().user(Account.class).name()
                                    : "anonymous");
        }
    }

    private String token(String subject, Duration left) {
        return token(subject, clock.instant().plus(left));
    }

    private static String token(String subject, Instant expiry) {
        SignedJWT token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder()
                        .subject(subject)
                        .expirationTime(Date.from(expiry))
                        .build());
        try {
            token.sign(new MACSigner(SECRET));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    private AuthMiddleware middleware(TokenVerifier tokens) {
        return AuthMiddleware.builder(
                        Authenticator.bearer(tokens),
                        Authenticator.query("token", tokens),
                        Authenticator.subprotocol("bearer", tokens))
                .clock(clock)
                .build();
    }

    private static Application renewing() {
        return (scope, receiver, sender) -> new Renewing().serve(scope, receiver, sender);
    }

    private Application application(Place place) {
        return place == Place.FIRST_MESSAGE
                ? renewing()
                        .behind(FirstMessageAuthMiddleware.builder(verifier)
                                .clock(clock)
                                .build())
                : renewing().behind(middleware(verifier));
    }

    private WebsocketCommunicator connected(Place place, String token) {
        String path = place == Place.QUERY ? "/?token=" + token : "/";
        WebsocketCommunicator.Builder builder =
                Peer.socket(application(place), path).clock(clock);
        WebsocketCommunicator peer = switch (place) {
            case HEADER -> builder.header("Authorization", "Bearer " + token).build();
            case SUBPROTOCOL -> builder.subprotocols("bearer", token).build();
            default -> builder.build();
        };
        assertThat(peer.connect().accepted()).isTrue();
        if (place == Place.FIRST_MESSAGE) {
            peer.sendTo(token);
        }
        return peer;
    }

    private static String answer(WebsocketCommunicator peer, String text) {
        peer.sendTo(text);
        return peer.receiveFrom();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a socket closes with 4401 when its token expires, wherever the client put the token")
    void closesWhenTheTokenExpires(Place place) {
        try (WebsocketCommunicator peer = connected(place, token("1", Duration.ofHours(1)))) {
            assertThat(answer(peer, "who")).isEqualTo("user 1");
            clock.advance(Duration.ofMinutes(59));
            assertThat(answer(peer, "who")).isEqualTo("user 1");

            clock.advance(Duration.ofMinutes(1));

            assertThat(peer.receiveClose()).isEqualTo(EXPIRED);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a client can renew its token on the open socket, wherever it put the first one")
    void renewsTheToken(Place place) {
        try (WebsocketCommunicator peer = connected(place, token("1", Duration.ofHours(1)))) {
            clock.advance(Duration.ofMinutes(50));
            assertThat(answer(peer, "renew " + token("1", Duration.ofHours(1)))).isEqualTo("renewed");
            clock.advance(Duration.ofMinutes(59));
            assertThat(answer(peer, "who")).isEqualTo("user 1");

            clock.advance(Duration.ofMinutes(1));

            assertThat(peer.receiveClose()).isEqualTo(EXPIRED);
        }
    }

    @Test
    void missingTokenDoesNotRenewTheLogin() {
        try (WebsocketCommunicator peer = connected(Place.SUBPROTOCOL, token("1", Duration.ofHours(1)))) {
            assertThat(answer(peer, "renew")).isEqualTo("rejected");
            assertThat(answer(peer, "who")).isEqualTo("user 1");
        }
    }

    @Test
    @DisplayName("a token of another user, an invalid one and an expired one do not renew the login")
    void rejectsOtherTokens() {
        try (WebsocketCommunicator peer = connected(Place.SUBPROTOCOL, token("1", Duration.ofHours(1)))) {
            String expired = token("1", Duration.ofMinutes(1));
            clock.advance(Duration.ofMinutes(50));
            for (String token : List.of(token("2", Duration.ofHours(1)), expired, "e30.e30.e30", "", "x")) {
                assertThat(answer(peer, "renew " + token)).isEqualTo("rejected");
            }
            assertThat(answer(peer, "who")).isEqualTo("user 1");

            clock.advance(Duration.ofMinutes(10));

            assertThat(peer.receiveClose()).isEqualTo(EXPIRED);
        }
    }

    @Test
    void tokenOfABlockedUserDoesNotRenewTheLogin() {
        try (WebsocketCommunicator peer = connected(Place.HEADER, token("1", Duration.ofHours(1)))) {
            blocked.add("1");

            assertThat(answer(peer, "renew " + token("1", Duration.ofHours(2)))).isEqualTo("rejected");
        }
    }

    @Test
    @DisplayName("a client without a token cannot gain a user by renewal, and causes no failure")
    void anonymousConnectionIsNotRenewed() {
        try (WebsocketCommunicator peer =
                Peer.socket(application(Place.HEADER), "/").clock(clock).build()) {
            peer.connect();

            assertThat(answer(peer, "renew " + token("1", Duration.ofHours(1)))).isEqualTo("rejected");
            assertThat(answer(peer, "who")).isEqualTo("anonymous");
        }
    }

    @Test
    void connectionWithoutATokenVerifierIsNotRenewed() {
        Application application = renewing()
                .behind(AuthMiddleware.of(
                        scope -> CompletableFuture.completedFuture(Optional.of(new Account("1", "user 1")))));
        try (WebsocketCommunicator peer = Peer.socket(application, "/").build()) {
            peer.connect();

            assertThat(answer(peer, "renew " + token("1", Duration.ofHours(1)))).isEqualTo("rejected");
        }
    }

    @Test
    @DisplayName("a connection that was opened with a ticket can be renewed with a token")
    void renewsWithAnotherVerifier() {
        TokenVerifier tickets = ticket -> CompletableFuture.completedFuture(
                Optional.of(User.of("1", "ada", clock.instant().plusSeconds(60))));
        Application application = (scope, receiver, sender) -> new AsyncWebsocketConsumer() {
            @Override
            protected CompletionStage<Void> receive(String text) {
                return Auth.renew(scope(), verifier, text).thenCompose(renewed -> send(String.valueOf(renewed)));
            }
        }.serve(scope, receiver, sender);
        try (WebsocketCommunicator peer = Peer.socket(application.behind(middleware(tickets)), "/?token=ticket")
                .clock(clock)
                .build()) {
            peer.connect();

            assertThat(answer(peer, token("1", Duration.ofMinutes(10)))).isEqualTo("true");
            clock.advance(Duration.ofMinutes(9));
            assertThat(answer(peer, token("2", Duration.ofMinutes(10)))).isEqualTo("false");
            clock.advance(Duration.ofMinutes(1));

            assertThat(peer.receiveClose()).isEqualTo(EXPIRED);
        }
    }

    @Test
    @DisplayName("P8: a renewal that is in progress does not undo a revocation")
    void revocationDuringARenewalEndsTheConnection() throws Exception {
        List<CompletableFuture<Optional<User>>> verifying = new CopyOnWriteArrayList<>();
        TokenVerifier slow = token -> {
            CompletableFuture<Optional<User>> result = new CompletableFuture<>();
            verifying.add(result);
            if (verifying.size() == 1) {
                result.complete(Optional.of(User.of("1", "ada", clock.instant().plusSeconds(60))));
            }
            return result;
        };
        try (WebsocketCommunicator peer = Peer.socket(renewing().behind(middleware(slow)), "/?token=first")
                .clock(clock)
                .build()) {
            peer.connect();
            peer.sendTo("renew second");
            await().until(() -> verifying.size() == 2);

            Connections.disconnectUser(peer.channelLayer(), "1")
                    .toCompletableFuture()
                    .get(10, SECONDS);
            verifying
                    .get(1)
                    .complete(Optional.of(User.of("1", "ada", clock.instant().plusSeconds(120))));

            assertThat(peer.receiveClose()).isEqualTo(new CloseStatus(4401, "disconnected"));
        }
    }

    @Test
    void reportsAMissingAuthMiddleware() {
        Scope scope = Scope.builder("websocket").build();

        assertThatThrownBy(() -> Auth.renew(scope, "token"))
                .isInstanceOf(ChannelsException.class)
                .hasMessage("renew: not available in this scope (expected: AuthMiddleware in front)");
    }

    @Test
    @DisplayName("many sockets close at the times at which their tokens expire")
    void closesManySocketsInOrder() {
        List<WebsocketCommunicator> peers = Stream.of(3, 1, 2)
                .map(minutes -> connected(Place.HEADER, token("" + minutes, Duration.ofMinutes(minutes))))
                .toList();
        for (int minutes = 1; minutes <= 3; minutes++) {
            clock.advance(Duration.ofMinutes(1));
            for (Map.Entry<Integer, WebsocketCommunicator> peer :
                    Map.of(3, peers.get(0), 1, peers.get(1), 2, peers.get(2)).entrySet()) {
                if (peer.getKey() == minutes) {
                    assertThat(peer.getValue().receiveClose()).isEqualTo(EXPIRED);
                } else if (peer.getKey() > minutes) {
                    assertThat(answer(peer.getValue(), "who")).isEqualTo("user " + peer.getKey());
                }
            }
        }
        peers.forEach(WebsocketCommunicator::close);
    }
}
