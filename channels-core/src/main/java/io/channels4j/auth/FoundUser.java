package io.channels4j.auth;

import io.channels4j.ChannelsException;
import io.channels4j.User;
import io.channels4j.engine.NullChecks;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Converts the results of user lookups. */
final class FoundUser {

    private FoundUser() {}

    static CompletionStage<Optional<User>> none() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /**
     * Converts a stage returned by application code from the application's user type to {@link User}.
     *
     * @throws ChannelsException if the stage is null
     */
    static CompletionStage<Optional<User>> widen(
            Object owner, String method, @Nullable CompletionStage<? extends Optional<? extends User>> found) {
        return NullChecks.stage(owner, method, found)
                .thenApply(user ->
                        NullChecks.value(owner, method, "a user or empty", user).map(it -> it));
    }
}
