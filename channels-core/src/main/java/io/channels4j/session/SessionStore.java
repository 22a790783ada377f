package io.channels4j.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Stores sessions. Each session has a token, the value of the client's cookie: a random id under which the store finds the
 * session, or the signed session itself.
 *
 * <p><b>Threads.</b> Thread-safe. Methods must not block; with a blocking driver, use
 * {@link io.channels4j.concurrent.Blocking}. Stages may complete on any thread.
 *
 * <p><b>Failure.</b> Tokens come from peers: an unknown, expired or malformed one is not an error. If the store is
 * unavailable, the stage completes exceptionally.
 */
public interface SessionStore {

    /**
     * Returns a new token of 192 random bits, for stores that find sessions by id.
     *
     * @return 32 characters of the URL-safe Base64 alphabet
     */
    static String randomToken() {
        return SessionTokens.random();
    }

    /**
     * Finds a session.
     *
     * @param token the token that the client sent
     * @return completes with the data as it was saved, or empty if there is no such session
     */
    CompletionStage<Optional<byte[]>> load(String token);

    /**
     * Saves a new session under a token that the store generates.
     *
     * @param data the data, which does not change
     * @param lifetime how long to store it
     * @return completes with the token
     */
    CompletionStage<String> create(byte[] data, Duration lifetime);

    /**
     * Saves an existing session. A session that was deleted in the meantime, for example by a logout in another window, is not recreated.
     *
     * @param token its token
     * @param data the data, which does not change
     * @param lifetime how long to store it from now on
     * @return completes with the token, which is new only if tokens contain the data; empty if the session no longer exists
     */
    CompletionStage<Optional<String>> update(String token, byte[] data, Duration lifetime);

    /**
     * Deletes a session, if it exists.
     *
     * @param token its token
     * @return completes when the token is no longer valid
     */
    CompletionStage<Void> delete(String token);
}
