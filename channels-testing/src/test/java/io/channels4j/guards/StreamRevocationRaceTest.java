package io.channels4j.guards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.channels4j.Application;
import io.channels4j.auth.Connections;
import io.channels4j.auth.FirstMessageAuthMiddleware;
import io.channels4j.layer.ChannelLayer;
import io.channels4j.support.PartialProxy;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Revocations that arrive before a streamed response is registered, or while the first message of a WebSocket is verified. */
class StreamRevocationRaceTest extends RevocationRace {

    @ParameterizedTest
    @EnumSource(
            value = Revocation.class,
            names = {"LOGOUT", "DISCONNECT_SESSION"}) // after the others, the session's stamp is invalid
    @DisplayName("P8: a request that loaded its session before a revocation does not stream as its user")
    void streamedResponse(Revocation kind) throws Exception {
        String cookie = cookieAfter("/login/ada", "");
        String id = idOf(cookie);
        Withheld find = userGate.arm();
        try (HttpCommunicator peer = Peer.http(here, "/events/")
                .channelLayer(layer)
                .header("Cookie", cookie)
                .build()) {
            CompletableFuture<HttpCommunicator.Response> response =
                    CompletableFuture.supplyAsync(peer::getResponse, CALLERS);
            find.awaitKnown();

            revoke(kind, cookie, id);
            find.release();

            assertThat(response).succeedsWithin(Duration.ofSeconds(30));
            assertThat(peer.complete()).isTrue();
        }
    }

    @Test
    @DisplayName("P8: a request whose one-time ticket was verified before a revocation stops streaming; the ticket is"
            + " verified once")
    void streamedResponseOfATicket() throws Exception {
        Withheld verification = ticketGate.arm();
        try (HttpCommunicator peer =
                Peer.http(here, "/events/?ticket=x").channelLayer(layer).build()) {
            CompletableFuture<HttpCommunicator.Response> response =
                    CompletableFuture.supplyAsync(peer::getResponse, CALLERS);
            verification.awaitKnown();

            done(Connections.disconnectUser(layer, Users.ADA.id()));
            verification.release();

            assertThat(response).succeedsWithin(Duration.ofSeconds(30));
            assertThat(peer.complete()).isTrue();
            assertThat(redeemed).hasValue(1);
        }
    }

    @Test
    @DisplayName("P8: a WebSocket whose first message was verified before a revocation is closed")
    void firstMessage() throws Exception {
        Withheld verification = ticketGate.arm();
        Application byMessage = site.behind(FirstMessageAuthMiddleware.of(oneTime()));
        try (WebsocketCommunicator peer =
                Peer.socket(byMessage, "/").channelLayer(layer).build()) {
            assertThat(peer.connect().accepted()).isTrue();
            peer.sendTo("ticket");
            verification.awaitKnown();

            done(Connections.disconnectUser(layer, Users.ADA.id()));
            verification.release();

            assertThat(peer.receiveClose().code()).isEqualTo(4401);
        }
    }

    @Test
    @DisplayName("P8: a login on an open WebSocket is not ended by an earlier revocation")
    void loginAfterTheRevocation() throws Exception {
        try (WebsocketCommunicator peer = socket(layer, "/", "")) {
            assertThat(peer.connect().accepted()).isTrue();
            done(Connections.disconnectUser(layer, Users.ADA.id()));

            peer.sendTo("login ada");

            assertThat(peer.receiveFrom()).isEqualTo("ada");
            peer.sendTo("who");
            assertThat(peer.receiveFrom()).isEqualTo("ada");
        }
    }

    @Test
    @DisplayName("requests with tokens share a subscription to revocations, which ends soon after the last one")
    void subscriptionsOfRequests() {
        AtomicInteger joined = new AtomicInteger();
        ChannelLayer counted = PartialProxy.of(ChannelLayer.class, layer, Map.of("groupAdd", () -> {
            joined.incrementAndGet();
            return null;
        }));
        for (int i = 0; i < 20; i++) {
            try (HttpCommunicator peer =
                    Peer.http(here, "/?ticket=" + i).channelLayer(counted).build()) {
                assertThat(peer.getResponse().status()).isEqualTo(200);
            }
        }

        assertThat(joined).hasValueBetween(1, 19);
        await().until(() -> layer.groupCount() == 0);
    }

    @Test
    @DisplayName("a request without a token does not subscribe to revocations")
    void requestsWithoutToken() {
        AtomicInteger joined = new AtomicInteger();
        ChannelLayer counted = PartialProxy.of(ChannelLayer.class, layer, Map.of("groupAdd", () -> {
            joined.incrementAndGet();
            return null;
        }));
        try (HttpCommunicator peer = Peer.http(here, "/")
                .channelLayer(counted)
                .header("Cookie", cookieAfter("/login/ada", ""))
                .build()) {
            assertThat(peer.getResponse().status()).isEqualTo(200);
        }

        assertThat(joined).hasValue(0);
    }
}
