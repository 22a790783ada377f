package io.channels4j.auth;

import io.channels4j.CheckReturnValue;
import io.channels4j.User;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Finds the application's users, who may be represented by the application's own type. With a blocking database, use {@code id ->
 * Blocking.call(() -> accounts.find(id))}.
 *
 * <p><b>Threads.</b> Implementations must be thread-safe and must not block. Stages may complete on any thread.
 */
@FunctionalInterface
public interface UserStore {

    /**
     * Finds a user.
     *
     * @param id the user's id
     * @return a stage that completes with the user, or empty if there is no such user or the user may not log in. If
     *     the stage fails, the connection is refused with status 500.
     */
    @CheckReturnValue
    CompletionStage<? extends Optional<? extends User>> find(String id);

    /**
     * Returns a text, such as a hash of the stored password. It must change when the user's sessions must end. A login
     * that was stored with a different text is invalid. (Django: {@code get_session_auth_hash}.)
     *
     * @param user the user that {@link #find} returned
     * @return the text. By default, it is empty and sessions do not depend on it.
     */
    default String sessionStamp(User user) {
        return "";
    }

    /**
     * Ends all sessions of a user by changing the text that {@link #sessionStamp} returns. {@link
     * Auth#logoutEverywhere} calls this method. By default, the stage fails.
     *
     * @param userId the user's id
     * @return a stage that completes when the change is stored. The existing logins in the user's sessions are then
     *     invalid.
     */
    @CheckReturnValue
    default CompletionStage<Void> endSessions(String userId) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException(
                "end the sessions of a user: not supported by %s (expected: an implementation of UserStore.endSessions that changes sessionStamp)"
                        .formatted(getClass().getName())));
    }
}
