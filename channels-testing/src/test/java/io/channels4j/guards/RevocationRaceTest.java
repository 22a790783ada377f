package io.channels4j.guards;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.Application;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.Connections;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.session.SessionMiddleware;
import io.channels4j.support.PartialProxy;
import io.channels4j.testing.WebsocketCommunicator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Revocations that arrive after a WebSocket has loaded its session or user, and before it is registered. */
class RevocationRaceTest extends RevocationRace {

    @ParameterizedTest
    @EnumSource(Revocation.class)
    @DisplayName(
            "P8: a handshake that loaded its session before a revocation does not stay logged in; first connection of"
                    + " its process")
    void sessionLoadedBeforeTheRevocation(Revocation kind) throws Exception {
        String cookie = cookieAfter("/login/ada", "");
        String id = idOf(cookie);
        Withheld load = sessionGate.arm();
        try (WebsocketCommunicator peer = socket(layer, "/", cookie)) {
            CompletableFuture<Boolean> accepted = connecting(peer);
            load.awaitKnown();

            revoke(kind, cookie, id);
            load.release();

            assertThat(isRevoked(peer, accepted)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Revocation.class)
    @DisplayName(
            "P8: a handshake that loaded its session before a revocation is refused; other connections of its process"
                    + " are open")
    void sessionLoadedBeforeTheRevocationWhileOthersAreOpen(Revocation kind) throws Exception {
        String bob = cookieAfter("/login/bob", "");
        String cookie = cookieAfter("/login/ada", "");
        String id = idOf(cookie);
        try (WebsocketCommunicator other = socket(layer, "/", bob);
                WebsocketCommunicator peer = socket(layer, "/", cookie)) {
            assertThat(other.connect().accepted()).isTrue();
            Withheld load = sessionGate.arm();
            CompletableFuture<Boolean> accepted = connecting(peer);
            load.awaitKnown();

            revoke(kind, cookie, id);
            load.release();

            assertThat(isRevoked(peer, accepted)).isTrue();
            other.sendTo("who");
            assertThat(other.receiveFrom()).isEqualTo("bob");
        }
    }

    @ParameterizedTest
    @EnumSource(Revocation.class)
    @DisplayName("P8: a handshake that found its user before a revocation is refused")
    void userFoundBeforeTheRevocation(Revocation kind) throws Exception {
        String cookie = cookieAfter("/login/ada", "");
        String id = idOf(cookie);
        Withheld find = userGate.arm();
        try (WebsocketCommunicator peer = socket(layer, "/", cookie)) {
            CompletableFuture<Boolean> accepted = connecting(peer);
            find.awaitKnown();

            revoke(kind, cookie, id);
            find.release();

            assertThat(isRevoked(peer, accepted)).isTrue();
        }
    }

    @Test
    @DisplayName(
            "P8: a handshake whose one-time ticket was verified before a revocation is refused; the ticket is verified"
                    + " once")
    void ticketVerifiedBeforeTheRevocation() throws Exception {
        Withheld verification = ticketGate.arm();
        try (WebsocketCommunicator peer = socket(layer, "/?ticket=x", "")) {
            CompletableFuture<Boolean> accepted = connecting(peer);
            verification.awaitKnown();

            done(Connections.disconnectUser(layer, Users.ADA.id()));
            verification.release();

            assertThat(accepted.get(30, SECONDS)).isFalse();
            assertThat(redeemed).hasValue(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"bob", ""})
    @DisplayName("P8: a one-time ticket is verified once, whether or not someone else is revoked meanwhile")
    void ticketIsVerifiedOnce(String revoked) throws Exception {
        Withheld verification = ticketGate.arm();
        try (WebsocketCommunicator peer = socket(layer, "/?ticket=x", cookieAfter("/put", ""))) {
            CompletableFuture<Boolean> accepted = connecting(peer);
            verification.awaitKnown();
            if (!revoked.isEmpty()) {
                done(Connections.disconnectUser(layer, Users.BOB.id()));
            }
            verification.release();

            assertThat(accepted.get(30, SECONDS)).isTrue();
            peer.sendTo("who");
            assertThat(peer.receiveFrom()).isEqualTo("ada");
            assertThat(redeemed).hasValue(1);
        }
    }

    @Test
    @DisplayName("P8: a revocation that was sent before the subscription was active does not leave a connection open")
    void subscriptionIsActiveLater() throws Exception {
        ChannelLayer slow =
                PartialProxy.of(ChannelLayer.class, layer, Map.of("groupAdd", () -> joinGate.passIfArmed()));
        String cookie = cookieAfter("/login/ada", "");
        Withheld join = joinGate.arm();
        try (WebsocketCommunicator peer = socket(slow, "/", cookie)) {
            CompletableFuture<Boolean> accepted = connecting(peer);
            join.awaitKnown(); // the session is loaded

            get(there, "/logout", cookie);
            join.release();

            assertThat(isRevoked(peer, accepted)).isTrue();
        }
    }

    @Test
    @DisplayName("P8: a handshake that loaded its session before a login rotated the id does not keep the session")
    void rotatedBeforeTheRegistration() throws Exception {
        String before = cookieAfter("/put", "");
        try (WebsocketCommunicator unrelated = socket(layer, "/", cookieAfter("/put", ""));
                WebsocketCommunicator other = socket(layer, "/", before);
                WebsocketCommunicator peer = socket(layer, "/", before)) {
            assertThat(unrelated.connect().accepted()).isTrue(); // keeps the subscription
            assertThat(other.connect().accepted()).isTrue();
            Withheld load = sessionGate.arm();
            CompletableFuture<Boolean> accepted = connecting(peer);
            load.awaitKnown();

            String after = cookieAfter("/login/ada", before);
            done(Connections.disconnectSession(layer, idOf(after)));
            load.release();

            assertThat(other.receiveClose().code()).isEqualTo(4401);
            assertThat(accepted.get(30, SECONDS)).isTrue(); // as with an unknown cookie
            peer.sendTo("session");
            assertThat(peer.receiveFrom()).isEqualTo("none");
        }
    }

    @Test
    @DisplayName("P8: a handshake whose session received a new id while its ticket was verified is found by the new id")
    void rotatedDuringTheCheck() throws Exception {
        String before = cookieAfter("/put", "");
        Withheld verification = ticketGate.arm();
        try (WebsocketCommunicator peer = socket(layer, "/?ticket=x", before)) {
            CompletableFuture<Boolean> accepted = connecting(peer);
            verification.awaitKnown();

            String after = cookieAfter("/login/ada", before);
            done(Connections.disconnectSession(layer, idOf(after)));
            verification.release();

            assertThat(accepted.get(30, SECONDS)).isFalse();
            assertThat(redeemed).hasValue(1);
        }
    }

    @ParameterizedTest
    @CsvSource({"64, 1, true", "65, 1, false", "1, 8000, true", "1, 9000, false"})
    @DisplayName("P8: if more revocations arrive during a handshake than are kept, its credentials are checked again")
    void moreRevocationsThanAreKept(int count, int length, boolean known) throws Exception {
        Withheld verification = ticketGate.arm();
        try (WebsocketCommunicator peer = socket(layer, "/?ticket=x", "")) {
            CompletableFuture<Boolean> accepted = connecting(peer);
            verification.awaitKnown();
            for (int i = 0; i < count; i++) {
                done(Connections.disconnectUser(layer, "x".repeat(length)));
            }
            verification.release();

            assertThat(accepted.get(30, SECONDS)).isEqualTo(known);
            assertThat(redeemed).hasValue(known ? 1 : 2);
        }
    }

    @Test
    @DisplayName(
            "P8: a user of a session is admitted if more revocations of others arrive during the handshake than are"
                    + " kept")
    void admittedAfterManyRevocations() throws Exception {
        Withheld find = userGate.arm();
        try (WebsocketCommunicator peer = socket(layer, "/", cookieAfter("/login/ada", ""))) {
            CompletableFuture<Boolean> accepted = connecting(peer);
            find.awaitKnown();
            for (int i = 0; i < 100; i++) {
                done(Connections.disconnectUser(layer, Users.BOB.id()));
            }
            find.release();

            assertThat(accepted.get(30, SECONDS)).isTrue();
            peer.sendTo("who");
            assertThat(peer.receiveFrom()).isEqualTo("ada");
        }
    }

    @Test
    @DisplayName("a handshake loads its session a second time only if the process did not yet receive revocations")
    void loadsTheSessionOnce() throws Exception {
        String cookie = cookieAfter("/login/ada", "");
        try (WebsocketCommunicator first = socket(layer, "/", cookie);
                WebsocketCommunicator second = socket(layer, "/", cookie)) {
            int before = sessionGate.passed();
            assertThat(first.connect().accepted()).isTrue();
            int between = sessionGate.passed();
            assertThat(second.connect().accepted()).isTrue();

            assertThat(between - before).isEqualTo(2);
            assertThat(sessionGate.passed() - between).isEqualTo(1);
        }
    }

    @Test
    @DisplayName(
            "P8: the first connection of a process that loaded a session before its id was rotated does not keep the"
                    + " session")
    void rotatedBeforeTheFirstRegistration() throws Exception {
        String before = cookieAfter("/put", "");
        Withheld load = sessionGate.arm();
        CompletableFuture<Boolean> emptied = new CompletableFuture<>();
        Application observing = (scope, receiver, sender) -> {
            emptied.complete(scope.session().isEmpty() && scope.session().id().isEmpty());
            return site.handle(scope, receiver, sender);
        };
        Application observed = observing.behind(
                SessionMiddleware.of(new GatedStore(sessions, sessionGate)),
                AuthMiddleware.of(Authenticator.session(users)));
        try (WebsocketCommunicator peer = Peer.socket(observed, "/")
                .channelLayer(layer)
                .header("Cookie", before)
                .build()) {
            CompletableFuture<Boolean> accepted = connecting(peer);
            load.awaitKnown();

            String after = cookieAfter("/login/ada", before);
            done(Connections.disconnectSession(layer, idOf(after)));
            load.release();

            assertThat(accepted.get(30, SECONDS)).isTrue(); // as with an unknown cookie
            assertThat(emptied.get(30, SECONDS)).isTrue();
        }
    }
}
