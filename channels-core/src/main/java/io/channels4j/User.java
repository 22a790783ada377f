package io.channels4j;

import java.time.Instant;
import java.util.Optional;

/**
 * Who is at the other end of a connection.
 *
 * <p>An application may implement this with a class of its own, or use {@link #of}. Implementations are immutable.
 */
public interface User {

    /**
     * Returns the anonymous user: id empty, name {@code anonymous}, not authenticated.
     *
     * @return the anonymous user
     */
    static User anonymous() {
        return NamedUser.ANONYMOUS;
    }

    /**
     * Returns an authenticated user that does not expire.
     *
     * @param id the id, unique among users, not empty
     * @param name the name to show
     * @return the user
     */
    static User of(String id, String name) {
        return new NamedUser(id, name, true, Optional.empty());
    }

    /**
     * Returns an authenticated user whose authentication ends at a time.
     *
     * @param id the id, unique among users, not empty
     * @param name the name to show
     * @param expiresAt when the authentication ends
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
     * Returns the name to show.
     *
     * @return the name
     */
    String name();

    /**
     * Tells whether the user has proven who they are.
     *
     * @return false for the anonymous user only
     */
    default boolean authenticated() {
        return true;
    }

    /**
     * Returns when the authentication ends; the connection is closed then unless it was renewed.
     *
     * @return the time, or empty for an authentication that lasts
     */
    default Optional<Instant> expiresAt() {
        return Optional.empty();
    }
}
