package io.channels4j;

import java.time.Instant;
import java.util.Optional;

/**
 * The user of a connection.
 *
 * <p>An application may implement this interface or use {@link #of}. Implementations must be immutable.
 */
public interface User {

    /**
     * Returns the anonymous user, with an empty id, the name {@code anonymous} and no authentication.
     *
     * @return the anonymous user
     */
    static User anonymous() {
        return NamedUser.ANONYMOUS;
    }

    /**
     * Returns an authenticated user whose authentication does not expire.
     *
     * @param id the id, unique among users, not empty
     * @param name the display name
     * @return the user
     */
    static User of(String id, String name) {
        return new NamedUser(id, name, true, Optional.empty());
    }

    /**
     * Returns an authenticated user whose authentication expires.
     *
     * @param id the id, unique among users, not empty
     * @param name the display name
     * @param expiresAt the time at which the authentication expires
     * @return the user
     */
    static User of(String id, String name, Instant expiresAt) {
        return new NamedUser(id, name, true, Optional.of(expiresAt));
    }

    /**
     * Returns the id, unique among users; empty for the anonymous user.
     *
     * @return the id
     */
    String id();

    /**
     * Returns the display name.
     *
     * @return the name
     */
    String name();

    /**
     * Returns true if the user is authenticated.
     *
     * @return true by default; false for an anonymous user
     */
    default boolean authenticated() {
        return true;
    }

    /**
     * Returns when the authentication expires. At that time, the user's long-lived connections are closed unless the authentication has
     * been renewed.
     *
     * @return the time, or empty if it does not expire
     */
    default Optional<Instant> expiresAt() {
        return Optional.empty();
    }
}
