package io.channels4j.guards;

import io.channels4j.Application;
import io.channels4j.auth.Auth;
import io.channels4j.auth.AuthMiddleware;
import io.channels4j.auth.AuthMiddlewareStack;
import io.channels4j.auth.Authenticator;
import io.channels4j.auth.TokenVerifier;
import io.channels4j.auth.UserStore;
import io.channels4j.auth.jwt.JwtAlgorithm;
import io.channels4j.auth.jwt.JwtKeys;
import io.channels4j.auth.jwt.JwtVerifier;
import io.channels4j.http.AsyncHttpConsumer;
import io.channels4j.session.InMemorySessionStore;
import io.channels4j.session.SessionStore;
import io.channels4j.websocket.AsyncJsonWebsocketConsumer;
import io.channels4j.websocket.ReceivesJson;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** The examples in the Javadoc of the authentication classes. {@link AuthSnippetsTest} runs them. */
final class AuthSnippets {

    private AuthSnippets() {}

    static Application withTokens(Application chat, TokenVerifier tokens) {
        // @start region="tokens"
        Application guarded = chat.behind(AuthMiddleware.builder(
                        Authenticator.bearer(tokens), // applications
                        Authenticator.subprotocol("bearer", tokens)) // pages: new WebSocket(url, ["bearer", token])
                .required()
                .build());
        // @end
        return guarded;
    }

    static Application withJwt(Application chat) {
        // @start region="jwt"
        JwtKeys keys = JwtKeys.url(URI.create("https://login.example.com/.well-known/jwks.json"));
        JwtVerifier tokens = JwtVerifier.builder(keys, JwtAlgorithm.RS256, JwtAlgorithm.ES256)
                .issuer("https://login.example.com/")
                .audience("chat")
                .build();
        Application guarded = chat.behind(
                AuthMiddleware.builder(Authenticator.bearer(tokens), Authenticator.subprotocol("bearer", tokens))
                        .required()
                        .build());
        // @end
        return guarded;
    }

    static Application withSessions(Application site, UserStore users) {
        // @start region="stack"
        SessionStore sessions = InMemorySessionStore.create();
        Application known = site.behind(AuthMiddlewareStack.of(users, sessions));
        // @end
        return known;
    }

    // @start region="renew"
    /** Serves a client that sends {@code {"type": "renew", "token": "..."}} before its token expires. */
    static final class RenewingConsumer extends AsyncJsonWebsocketConsumer {

        record Renew(String token) {}

        @ReceivesJson("renew")
        CompletionStage<Void> renew(Renew renew) {
            return Auth.renew(scope(), renew.token())
                    .thenCompose(renewed -> sendJson(Map.of("type", "renewed", "ok", renewed)));
        }
    }
    // @end

    // @start region="everywhere"
    static final class LogoutEverywhereConsumer extends AsyncHttpConsumer {

        private final UserStore users;

        LogoutEverywhereConsumer(UserStore users) {
            this.users = users;
        }

        @Override
        protected CompletionStage<Void> handle(byte[] body) {
            return Auth.logoutEverywhere(channelLayer(), users, scope().user().id())
                    .thenCompose(nothing -> sendResponse(200, "logged out on all devices"));
        }
    }
    // @end
}
