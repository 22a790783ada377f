package io.channels4j.auth;

import io.channels4j.User;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Checks tokens that clients show, such as signed ones (JWT) or keys in a table. What it compares with secrets, it compares in
 * constant time ({@link java.security.MessageDigest#isEqual}).
 *
 * <p><b>Threads.</b> Thread-safe; must not block. Stages may complete on any thread.
 */
@FunctionalInterface
public interface TokenVerifier {

    /**
     * Checks a token.
     *
     * @param token what the client sent, not empty
     * @return completes with the token's user, who expires with the token; empty when the token is worthless; exceptionally when
     *     that is not known, and the connection is refused with status 500
     */
    CompletionStage<Optional<User>> verify(String token);
}
