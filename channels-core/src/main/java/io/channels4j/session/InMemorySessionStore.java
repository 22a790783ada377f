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
 * Stores sessions in memory, for tests, development, and single-process servers where a restart may log out all clients. When the maximum
 * number of sessions is exceeded, the least recently saved session is dropped.
 *
 * <p><b>Threads.</b> Thread-safe; stages are complete when they are returned.
 */
public final class InMemorySessionStore implements SessionStore {

    private static final int DEFAULT_MAX_SESSIONS = 100_000;

    /** The number of oldest entries that each save checks for expiry, which replaces a timer. */
    private static final int CHECKED_PER_SAVE = 2;

    private final int maxSessions;
    private final InstantSource clock;

    /** Least recently saved first. Guarded by this. */
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Entry(byte[] data, long expiresAt) {}

    private InMemorySessionStore(int maxSessions, InstantSource clock) {
        this.maxSessions = maxSessions;
        this.clock = clock;
    }

    /**
     * Returns a store for at most 100,000 sessions.
     *
     * @return the store
     */
    public static InMemorySessionStore create() {
        return of(DEFAULT_MAX_SESSIONS, InstantSource.system());
    }

    /**
     * Returns a store with the given bound and clock.
     *
     * @param maxSessions the maximum number of sessions, one or more
     * @param clock the clock for the expiry of sessions
     * @return the store
     */
    public static InMemorySessionStore of(int maxSessions, InstantSource clock) {
        if (maxSessions < 1) {
            throw new IllegalArgumentException("sessions: %d (expected: 1 or more)".formatted(maxSessions));
        }
        return new InMemorySessionStore(maxSessions, clock);
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
    public CompletionStage<Optional<MergedSession>> merge(String token, SessionChanges changes, Duration lifetime) {
        for (Entry entry = find(token); entry != null; entry = find(token)) {
            byte[] data = changes.applyTo(entry.data());
            MergedSession merged = new MergedSession(token, data);
            if (replace(token, entry, merged.isEmpty() ? null : data, lifetime)) {
                return CompletableFuture.completedFuture(Optional.of(merged));
            }
        }
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** Replaces or removes an entry unless it has changed. */
    @SuppressWarnings("ReferenceEquality") // a replacement is a change, even if it is equal
    private synchronized boolean replace(String token, Entry expected, byte @Nullable [] data, Duration lifetime) {
        if (entries.get(token) != expected) {
            return false;
        }
        if (data == null) {
            entries.remove(token);
        } else {
            put(token, data, lifetime);
        }
        return true;
    }

    @Override
    public synchronized CompletionStage<Void> delete(String token) {
        entries.remove(token);
        return Stages.done();
    }

    /**
     * Returns the number of stored sessions, including expired ones that have not been removed yet.
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
        entries.put(token, new Entry(data.clone(), SessionTokens.expiry(now, lifetime)));
        Iterator<Entry> oldestFirst = entries.values().iterator();
        for (int i = 0; i < CHECKED_PER_SAVE && oldestFirst.hasNext(); i++) {
            if (oldestFirst.next().expiresAt() <= now || entries.size() > maxSessions) {
                oldestFirst.remove();
            }
        }
    }
}
