package io.channels4j.session;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Keeps sessions. Each has a token, the value of the client's cookie: a random id under which the store finds it, or the session
 * itself in a form that nobody can forge.
 *
 * <p><b>Threads.</b> Thread-safe; no method blocks, so a store on a blocking driver uses {@link
 * io.channels4j.concurrent.Blocking}. Stages may complete on any thread.
 *
 * <p><b>Failure.</b> A token comes from a peer: one that is unknown, expired or malformed is no error. A store that cannot be
 * reached completes its stages exceptionally.
 */
public interface SessionStore {

    /**
     * Returns a fresh token of 192 random bits, for stores that keep sessions under an id.
     *
     * @return 32 characters of the URL-safe Base64 alphabet
     */
    static String randomToken() {
        return SessionTokens.random();
    }

    /**
     * Finds a session.
     *
     * @param token what the client sent
     * @return completes with the data as it was saved, or empty when there is no such session (any more)
     */
    CompletionStage<Optional<byte[]>> load(String token);

    /**
     * Saves a new session, under a token that the store chooses.
     *
     * @param data the data, which does not change
     * @param lifetime how long to keep it
     * @return completes with the token
     */
    CompletionStage<String> create(byte[] data, Duration lifetime);

    /**
     * Saves a session that exists. One that was deleted meanwhile, as by a logout in another window, is not brought back.
     *
     * @param token its token
     * @param data the data, which does not change
     * @param lifetime how long to keep it from now on
     * @return completes with the token, the same unless the data is part of it; empty when there is no such session any more
     */
    CompletionStage<Optional<String>> update(String token, byte[] data, Duration lifetime);

    /**
     * Deletes a session; one that is not there is no error.
     *
     * @param token its token
     * @return completes when the token is worthless
     */
    CompletionStage<Void> delete(String token);
}
