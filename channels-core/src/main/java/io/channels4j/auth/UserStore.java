package io.channels4j.auth;

import io.channels4j.User;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Finds the application's users. With a blocking database: {@code id -> Blocking.call(() -> table.find(id))}.
 *
 * <p><b>Threads.</b> Thread-safe; must not block. Stages may complete on any thread.
 */
@FunctionalInterface
public interface UserStore {

    /**
     * Finds a user.
     *
     * @param id the user's id
     * @return completes with the user, or empty when there is none (any more) or they may not log in; exceptionally when that is not
     *     known, and the connection is refused with status 500
     */
    CompletionStage<Optional<User>> find(String id);

    /**
     * Returns a text that changes when the sessions of a user must end, such as a hash of the stored password. A session that was
     * begun with another text does not log in any more. (Django: {@code get_session_auth_hash}.)
     *
     * @param user the user
     * @return the text; empty unless overridden, so that sessions do not depend on it
     */
    default String sessionStamp(User user) {
        return "";
    }
}
