package io.channels4j.auth.connection;

import io.channels4j.User;
import java.time.Instant;
import java.util.Optional;

/**
 * A user of the application whose authentication expires with a token. The connection's user is the application's object.
 *
 * @param user the application's user
 * @param tokenExpiry the time at which the token expires
 */
public record ExpiringUser(User user, Instant tokenExpiry) implements User {

    /** Returns a user whose authentication expires at a time, or earlier if it did so before. */
    public static User of(User user, Instant tokenExpiry) {
        boolean expiresBefore =
                user.expiresAt().filter(at -> !at.isAfter(tokenExpiry)).isPresent();
        return expiresBefore ? user : new ExpiringUser(user, tokenExpiry);
    }

    @Override
    public String id() {
        return user.id();
    }

    @Override
    public String name() {
        return user.name();
    }

    @Override
    public boolean authenticated() {
        return user.authenticated();
    }

    @Override
    public Optional<Instant> expiresAt() {
        return Optional.of(tokenExpiry);
    }
}
