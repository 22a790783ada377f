package io.channels4j.auth;

import io.channels4j.User;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Converts the results of user lookups. */
final class FoundUser {

    private FoundUser() {}

    static CompletionStage<Optional<User>> none() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** Converts a stage with the application's own user type to a stage with {@link User}. */
    static CompletionStage<Optional<User>> widen(CompletionStage<? extends Optional<? extends User>> found) {
        return found.thenApply(user -> user.map(it -> it));
    }
}
