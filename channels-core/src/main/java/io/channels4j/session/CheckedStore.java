package io.channels4j.session;

import io.channels4j.engine.NullChecks;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Calls a session store and checks its results. If the store returns null or a stage that completes with null, the
 * failure names the store.
 *
 * <p><b>Threads.</b> Immutable, thread-safe if the store is.
 */
record CheckedStore(SessionStore store) implements SessionStore {

    private static final String SESSION = "a session or empty";

    @Override
    public CompletionStage<Optional<byte[]>> load(String token) {
        return NullChecks.stage(store, "load", store.load(token))
                .thenApply(found -> NullChecks.value(store, "load", SESSION, found));
    }

    @Override
    public CompletionStage<String> create(byte[] data, Duration lifetime) {
        return NullChecks.stage(store, "create", store.create(data, lifetime))
                .thenApply(token -> NullChecks.value(store, "create", "a token", token));
    }

    @Override
    public CompletionStage<Optional<String>> update(String token, byte[] data, Duration lifetime) {
        return NullChecks.stage(store, "update", store.update(token, data, lifetime))
                .thenApply(now -> NullChecks.value(store, "update", "a token or empty", now));
    }

    @Override
    public CompletionStage<Optional<MergedSession>> merge(String token, SessionChanges changes, Duration lifetime) {
        return NullChecks.stage(store, "merge", store.merge(token, changes, lifetime))
                .thenApply(now -> NullChecks.value(store, "merge", SESSION, now));
    }

    @Override
    public CompletionStage<Void> delete(String token) {
        return NullChecks.stage(store, "delete", store.delete(token));
    }
}
