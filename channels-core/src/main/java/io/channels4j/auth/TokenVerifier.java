package io.channels4j.auth;

import io.channels4j.CheckReturnValue;
import io.channels4j.User;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Verifies tokens from clients, such as signed tokens (JWT) or keys stored in a table. Compare secrets in constant time, with
 * {@link java.security.MessageDigest#isEqual}.
 *
 * <p><b>Threads.</b> Implementations must be thread-safe and must not block. Stages may complete on any thread.
 */
@FunctionalInterface
public interface TokenVerifier {

    /**
     * Verifies a token.
     *
     * @param token the token that the client sent, not empty
     * @return a stage that completes with the token's user, or empty if the token is invalid. The user's {@link
     *     User#expiresAt()} should be the expiry of the token. The stage completes exceptionally if the token cannot be
     *     verified at present. The connection is then refused with status 500. A WebSocket that has already been
     *     accepted is closed with code 1011.
     */
    @CheckReturnValue
    CompletionStage<? extends Optional<? extends User>> verify(String token);
}
