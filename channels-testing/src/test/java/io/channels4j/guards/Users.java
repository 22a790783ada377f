package io.channels4j.guards;

import io.channels4j.User;
import io.channels4j.auth.TokenVerifier;
import io.channels4j.auth.UserStore;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/** A mutable user store. A valid token is {@code token-of-} followed by the id of an existing user. */
final class Users implements UserStore {

    static final User ADA = User.of("1", "ada");
    static final User BOB = User.of("2", "bob");

    private final Map<String, User> byId = new ConcurrentHashMap<>(Map.of("1", ADA, "2", BOB));
    private final Map<String, String> stamps = new ConcurrentHashMap<>();

    @Override
    public CompletionStage<Optional<User>> find(String id) {
        return CompletableFuture.supplyAsync(() -> Optional.ofNullable(byId.get(id)));
    }

    @Override
    public String sessionStamp(User user) {
        return stamps.getOrDefault(user.id(), "first password");
    }

    @Override
    public CompletionStage<Void> endSessions(String userId) {
        stamps.put(userId, UUID.randomUUID().toString());
        return CompletableFuture.completedFuture(null);
    }

    void changePassword(User user) {
        stamps.put(user.id(), "second password");
    }

    void remove(User user) {
        byId.remove(user.id());
    }

    void replace(User user) {
        byId.put(user.id(), user);
    }

    TokenVerifier tokens() {
        return token -> token.startsWith("token-of-")
                ? find(token.substring("token-of-".length()))
                : CompletableFuture.completedFuture(Optional.empty());
    }
}
