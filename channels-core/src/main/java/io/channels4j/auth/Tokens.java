package io.channels4j.auth;

import io.channels4j.Headers;
import io.channels4j.Scope;
import io.channels4j.User;
import io.channels4j.auth.connection.ConnectionAuth;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Extracts and verifies tokens. */
final class Tokens {

    private static final String BEARER = "Bearer ";

    private Tokens() {}

    static Optional<String> bearer(Headers headers) {
        List<String> fields = headers.all("authorization");
        return fields.size() == 1 && fields.get(0).regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? Optional.of(fields.get(0).substring(BEARER.length()).strip())
                : Optional.empty();
    }

    /** Verifies a token. Revocations are received before, because a token that is valid only once cannot be verified again. */
    static CompletionStage<Optional<User>> verify(Scope scope, TokenVerifier verifier, Optional<String> token) {
        ConnectionAuth auth = scope.get(ConnectionAuth.KEY).orElse(null);
        if (auth == null || token.isEmpty()) {
            return verify(verifier, token);
        }
        return auth.beginCheckUnlessWatched()
                .thenCompose(nothing -> verify(verifier, token))
                .thenApply(found -> {
                    found.ifPresent(
                            user -> auth.renewal().verifiedBy(renewed -> verify(verifier, Optional.of(renewed))));
                    return found;
                });
    }

    static CompletionStage<Optional<User>> verify(TokenVerifier verifier, Optional<String> token) {
        return token.filter(text -> !text.isEmpty())
                .map(text -> FoundUser.widen(verifier, "verify", verifier.verify(text)))
                .orElseGet(FoundUser::none);
    }
}
