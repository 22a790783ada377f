package io.channels4j.docs;

import io.channels4j.Application;
import io.channels4j.Middleware;
import io.channels4j.Scope;
import io.channels4j.auth.Auth;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.jwt.JwtAlgorithm;
import io.channels4j.auth.jwt.JwtKeys;
import io.channels4j.auth.jwt.JwtVerifier;
import io.channels4j.docs.AuthExample.Accounts;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.ReceivesJson;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The code of docs/auth.md about tokens and middleware. */
final class AuthTokenExample {

    private AuthTokenExample() {}

    // @start region="jwt"
    static Application withTokens(Application chat) {
        JwtKeys keys = JwtKeys.url(URI.create("https://login.example.com/.well-known/jwks.json"));
        JwtVerifier tokens = JwtVerifier.builder(keys, JwtAlgorithm.RS256, JwtAlgorithm.ES256)
                .issuer("https://login.example.com/")
                .audience("chat")
                .build();
        return chat.behind(AuthMiddleware.builder(
                        Authenticator.bearer(tokens), // applications
                        Authenticator.subprotocol("bearer", tokens)) // pages: new WebSocket(url, ["bearer", token])
                .required()
                .build());
    }
    // @end

    // @start region="jwt-secret"
    static JwtVerifier ownTokens(byte[] secret, Accounts accounts) {
        return JwtVerifier.builder(JwtKeys.secret(secret), JwtAlgorithm.HS256)
                .users(accounts) // scope().user(Account.class)
                .build();
    }
    // @end

    // @start region="renew"
    public static final class RenewingConsumer extends AsyncJsonWebsocketConsumer {

        record Renew(String token) {}

        @ReceivesJson("renew") // {"type": "renew", "token": "..."}
        CompletionStage<Void> renew(Renew renew) {
            return Auth.renew(scope(), renew.token())
                    .thenCompose(renewed -> sendJson(Map.of("type", "renewed", "ok", renewed)));
        }
    }
    // @end

    // @start region="middleware"
    static Application behindGateway(Application site, Accounts accounts) {
        Middleware byGateway = inner -> (scope, receiver, sender) -> {
            String id = scope.headers().first("x-authenticated-user").orElse(""); // set by your gateway
            return accounts.find(id)
                    .thenCompose(found -> inner.handle(
                            found.isEmpty() ? scope : scope.with(Scope.USER, found::get), receiver, sender));
        };
        return site.behind(byGateway, AuthMiddleware.of());
    }
    // @end
}
