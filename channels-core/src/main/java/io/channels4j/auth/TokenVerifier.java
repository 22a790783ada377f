package io.channels4j.auth;

import io.channels4j.User;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Verifies tokens of clients, such as signed ones (JWT) or keys in a table. Compare secrets in constant time, with
 * {@link java.security.MessageDigest#isEqual}.
 *
 * <p><b>Threads.</b> Thread-safe; must not block. Stages may complete on any thread.
 */
@FunctionalInterface
public interface TokenVerifier {

    /**
     * Verifies a token.
     *
     * @param token the token that the client sent, not empty
     * @return completes with the token's user, whose expiry is that of the token; empty if the token is invalid; exceptionally
     *     if it cannot be verified now, and the connection is refused with status 500
     */
    CompletionStage<? extends Optional<? extends User>> verify(String token);
}
