package io.channels4j.session;

import io.channels4j.CheckReturnValue;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Stores sessions. Each session has a token, which is the value of the client's cookie. The token is a random id under
 * which the store finds the session, or the signed session itself.
 *
 * <p><b>Threads.</b> Implementations must be thread-safe and must not block. With a blocking driver, use {@link
 * io.channels4j.concurrent.Blocking}. Stages may complete on any thread.
 *
 * <p><b>Failure.</b> Tokens come from clients, so an unknown, expired or malformed token is not an error. If the store is unavailable, the
 * stage completes exceptionally.
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
     * @return a stage that completes with the saved data, or empty if there is no such session
     */
    @CheckReturnValue
    CompletionStage<Optional<byte[]>> load(String token);

    /**
     * Saves a new session under a token that the store generates.
     *
     * @param data the data. The caller does not change the array afterwards.
     * @param lifetime the time for which the session is stored, without an upper limit
     * @return a stage that completes with the token
     */
    @CheckReturnValue
    CompletionStage<String> create(byte[] data, Duration lifetime);

    /**
     * Replaces an existing session. A session that has been deleted, for example by a logout in another window, is not
     * recreated.
     *
     * @param token the session's token
     * @param data the data. The caller does not change the array afterwards.
     * @param lifetime the time for which the session is stored from now on
     * @return a stage that completes with the token, or empty if the session no longer exists. The token changes only
     *     if tokens contain the data.
     */
    @CheckReturnValue
    CompletionStage<Optional<String>> update(String token, byte[] data, Duration lifetime);

    /**
     * Applies changes to an existing session. Changes that other connections have saved to other names are kept, unless
     * the given changes clear the session. A session that has been deleted is not recreated. If no values remain, the
     * session is deleted.
     *
     * <p>By default, the session is loaded, changed and updated. A change that another connection saves between these
     * steps is lost. A store that supports compare-and-set should override this method.
     *
     * @param token the session's token
     * @param changes the changes
     * @param lifetime the time for which the session is stored from now on
     * @return a stage that completes with the changed session; empty if the session no longer exists
     */
    @CheckReturnValue
    default CompletionStage<Optional<MergedSession>> merge(String token, SessionChanges changes, Duration lifetime) {
        SessionStore checked = new CheckedStore(this);
        return checked.load(token).thenCompose(found -> {
            if (found.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
            }
            byte[] data = changes.applyTo(found.get());
            return new MergedSession(token, data).isEmpty()
                    ? checked.delete(token).thenApply(nothing -> Optional.of(new MergedSession(token, data)))
                    : checked.update(token, data, lifetime)
                            .thenApply(now -> now.map(it -> new MergedSession(it, data)));
        });
    }

    /**
     * Deletes a session, if it exists.
     *
     * @param token the session's token
     * @return a stage that completes when the token is no longer valid
     */
    @CheckReturnValue
    CompletionStage<Void> delete(String token);
}
