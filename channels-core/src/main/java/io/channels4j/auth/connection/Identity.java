package io.channels4j.auth.connection;

import io.channels4j.User;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A user and its properties. The properties are read without holding a lock, because the application may implement {@link User}.
 *
 * @param id the user's id; null for the anonymous user
 * @param expiresAt the time at which the login expires; null if it does not expire
 */
record Identity(User user, @Nullable String id, @Nullable Instant expiresAt) {

    static Identity of(User user) {
        String id = user.authenticated() ? user.id() : null;
        Instant expiresAt = user.expiresAt().orElse(null);
        return new Identity(user instanceof ExpiringUser expiring ? expiring.user() : user, id, expiresAt);
    }
}
