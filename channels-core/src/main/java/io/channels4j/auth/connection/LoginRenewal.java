package io.channels4j.auth.connection;

import io.channels4j.User;
import io.channels4j.internal.Stages;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Renews the login of one connection with new tokens of the same user.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class LoginRenewal {

    private final ConnectionAuth connection;
    private final Executor executor;

    /** The verifier of the connection's first token; null if the connection was not authenticated by a token. */
    private volatile @Nullable Function<String, CompletionStage<Optional<User>>> verifier;

    LoginRenewal(ConnectionAuth connection, Executor executor) {
        this.connection = connection;
        this.executor = executor;
    }

    /** Sets the function that has verified the connection's first token. */
    public void verifiedBy(Function<String, CompletionStage<Optional<User>>> tokens) {
        verifier = tokens;
    }

    /** Renews the login with a token, which is verified as the first one was. Completes with true if the login was renewed. */
    public CompletionStage<Boolean> renew(@Nullable String token) {
        Function<String, CompletionStage<Optional<User>>> tokens = verifier;
        return tokens == null ? CompletableFuture.completedFuture(false) : renew(tokens, token);
    }

    /** Renews the login with a token. Completes with true if the login was renewed. A missing token is invalid. */
    public CompletionStage<Boolean> renew(
            Function<String, CompletionStage<Optional<User>>> tokens, @Nullable String token) {
        User current = connection.get();
        if (token == null || !current.authenticated()) {
            return CompletableFuture.completedFuture(false);
        }
        String id = current.id();
        return Stages.on(executor, tokens.apply(token)).thenApply(found -> {
            Optional<User> same =
                    found.filter(user -> user.authenticated() && user.id().equals(id) && !connection.hasExpired(user));
            return same.isPresent() && connection.renew(id, same.get(), () -> tokens.apply(token));
        });
    }
}
