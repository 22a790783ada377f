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
}
