package io.channels4j;

import java.time.Instant;
import java.util.Optional;

/** The library's implementation of {@link User}. */
record NamedUser(String id, String name, boolean authenticated, Optional<Instant> expiresAt) implements User {

    static final User ANONYMOUS = new NamedUser("", "anonymous", false, Optional.empty());

    NamedUser {
        if (authenticated && id.isEmpty()) {
            throw new IllegalArgumentException("user id: \"\" (expected: at least one character)");
        }
    }

    /**
     * Returns a user as the application's type.
     *
     * @throws ChannelsException if the user is of another type
     */
    static <T extends User> T cast(User user, Class<T> type) {
        if (!type.isInstance(user)) {
            String description = user.authenticated() ? "\"" + user.id() + "\"" : "anonymous";
            throw new ChannelsException("user: %s, a %s (expected: a %s)"
                    .formatted(description, user.getClass().getName(), type.getName()));
        }
        return type.cast(user);
    }
}
