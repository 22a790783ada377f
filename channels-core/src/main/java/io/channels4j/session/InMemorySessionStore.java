package io.channels4j.session;

import io.channels4j.internal.Stages;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Keeps sessions in this process's memory: for tests, for development, and for one process whose clients may be logged out by a
 * restart. At most a given number of sessions is kept; a further one drops the one that was saved longest ago.
 *
 * <p><b>Threads.</b> Thread-safe; stages are complete when they are returned.
 */
public final class InMemorySessionStore implements SessionStore {

    private static final int DEFAULT_MOST = 100_000;

    /** How many old entries a save looks at to find expired ones, so that they go without a timer. */
    private static final int LOOKED_AT = 2;

    private final int most;
    private final InstantSource clock;

    /** In the order of saving. Guarded by this. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Entry(byte[] data, long expiresAt) {}

    private InMemorySessionStore(int most, InstantSource clock) {
        this.most = most;
        this.clock = clock;
    }

    /**
     * Returns a store for at most 100,000 sessions.
     *
     * @return the store
     */
    public static InMemorySessionStore create() {
        return of(DEFAULT_MOST, InstantSource.system());
    }

    /**
     * Returns a store with another bound and a clock of the caller's.
     *
     * @param mostSessions how many sessions are kept at most, one or more
     * @param clock tells when sessions expire
     * @return the store
     */
    public static InMemorySessionStore of(int mostSessions, InstantSource clock) {
        if (mostSessions < 1) {
            throw new IllegalArgumentException("sessions: %d (expected: 1 or more)".formatted(mostSessions));
        }
        return new InMemorySessionStore(mostSessions, clock);
    }

    @Override
    public CompletionStage<Optional<byte[]>> load(String token) {
        return CompletableFuture.completedFuture(
                Optional.ofNullable(find(token)).map(entry -> entry.data().clone()));
    }

    @Override
    public CompletionStage<String> create(byte[] data, Duration lifetime) {
        String token = SessionStore.randomToken();
        put(token, data, lifetime);
        return CompletableFuture.completedFuture(token);
    }

    @Override
    public synchronized CompletionStage<Optional<String>> update(String token, byte[] data, Duration lifetime) {
        if (find(token) == null) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        put(token, data, lifetime);
        return CompletableFuture.completedFuture(Optional.of(token));
    }

    @Override
    public synchronized CompletionStage<Void> delete(String token) {
        entries.remove(token);
        return Stages.done();
    }

    /**
     * Returns how many sessions are kept, expired ones that nobody asked for included.
     *
     * @return the number
     */
    public synchronized int size() {
        return entries.size();
    }

    private synchronized @Nullable Entry find(String token) {
        Entry entry = entries.get(token);
        if (entry != null && entry.expiresAt() <= clock.millis()) {
            entries.remove(token);
            return null;
        }
        return entry;
    }

    private synchronized void put(String token, byte[] data, Duration lifetime) {
        long now = clock.millis();
        entries.remove(token);
        entries.put(token, new Entry(data.clone(), now + lifetime.toMillis()));
        Iterator<Entry> oldestFirst = entries.values().iterator();
        for (int i = 0; i < LOOKED_AT && oldestFirst.hasNext(); i++) {
            if (oldestFirst.next().expiresAt() <= now || entries.size() > most) {
                oldestFirst.remove();
            }
        }
    }
}
