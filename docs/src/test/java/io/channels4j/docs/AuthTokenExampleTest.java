package io.channels4j.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.channels4j.Application;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.Authenticator;
import io.channels4j.testing.HttpCommunicator;
import io.channels4j.testing.WebsocketCommunicator;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Runs the code of docs/auth.md about tokens and middleware. */
class AuthTokenExampleTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private static HttpCommunicator.Response get(Application site, String header, String value) {
        try (HttpCommunicator peer = HttpCommunicator.builder(site, "GET", "/")
                .timeout(TIMEOUT)
                .header(header, value)
                .build()) {
            return peer.getResponse();
        }
    }

    private static String token(byte[] secret, String subject, Instant expiry) throws JOSEException {
        SignedJWT token = new SignedJWT(
                new JWSHeader(JWSAlgorithm.HS256),
                new JWTClaimsSet.Builder()
                        .subject(subject)
                        .expirationTime(Date.from(expiry))
                        .build());
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    @Test
    void tokenIdentifiesTheAccount() throws JOSEException {
        byte[] secret = new byte[32];
        AuthExample.Accounts accounts = new AuthExample.Accounts();
        accounts.save("1", "ada", "a long password");
        Application site = new UserName()
                .application()
                .behind(AuthMiddleware.of(Authenticator.bearer(AuthTokenExample.ownTokens(secret, accounts))));
        Instant later = Instant.now().plusSeconds(600);

        assertThat(get(site, "authorization", "Bearer " + token(secret, "1", later))
                        .text())
                .isEqualTo("ada");
        assertThat(get(site, "authorization", "Bearer " + token(secret, "2", later))
                        .text())
                .isEqualTo("anonymous");
    }

    @Test
    void clientRenewsItsToken() throws JOSEException {
        byte[] secret = new byte[32];
        AuthExample.Accounts accounts = new AuthExample.Accounts();
        accounts.save("1", "ada", "a long password");
        Instant later = Instant.now().plusSeconds(600);
        Application chat =
                (scope, receiver, sender) -> new AuthTokenExample.RenewingConsumer().serve(scope, receiver, sender);
        Application site =
                chat.behind(AuthMiddleware.of(Authenticator.bearer(AuthTokenExample.ownTokens(secret, accounts))));
        try (WebsocketCommunicator peer = WebsocketCommunicator.builder(site, "/")
                .timeout(TIMEOUT)
                .header("authorization", "Bearer " + token(secret, "1", later))
                .build()) {
            peer.connect();
            peer.sendJsonTo(Map.of("type", "renew", "token", token(secret, "1", later.plusSeconds(600))));

            assertThat(peer.receiveJsonFrom().path("ok").asBoolean()).isTrue();
        }
    }

    @Test
    void connectionWithoutATokenIsRefused() {
        Application site = AuthTokenExample.withTokens(new UserName().application());

        assertThat(get(site, "authorization", "Bearer e30.e30.e30").status()).isEqualTo(401);
    }

    @Test
    void middlewareSetsTheUser() {
        AuthExample.Accounts accounts = new AuthExample.Accounts();
        accounts.save("1", "ada", "a long password");
        Application site = AuthTokenExample.behindGateway(new UserName().application(), accounts);

        assertThat(get(site, "x-authenticated-user", "1").text()).isEqualTo("ada");
        assertThat(get(site, "x-authenticated-user", "2").text()).isEqualTo("anonymous");
    }
}
