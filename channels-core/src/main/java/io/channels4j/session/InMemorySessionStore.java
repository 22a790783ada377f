package io.channels4j.session;

import io.channels4j.CheckReturnValue;
import io.channels4j.internal.Stages;
import io.channels4j.session.SessionEntries.Entry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores sessions in memory, for tests, development and single-process servers. A restart logs out all clients.
 *
 * <p><b>Bounds.</b> By default, a store holds at most 100,000 sessions. It uses at most one eighth of the maximum heap
 * (guarantee P3). When it is full, it first drops expired sessions, then the least recently used sessions without a
 * logged-in user. Sessions with a logged-in user ({@link io.channels4j.auth.Auth#login}) are dropped only if no others
 * remain. Clients without a login therefore cannot displace users. Loading or saving a session counts as a use. {@link
 * #dropped()} counts the sessions that were dropped before they expired, and the first one is logged.
 *
 * <p><b>Threads.</b> Thread-safe. Stages are complete when they are returned.
 */
public final class InMemorySessionStore implements SessionStore {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.session");
    private static final int DEFAULT_MAX_SESSIONS = 100_000;
    private static final int HEAP_FRACTION = 8;

    private final int maxSessions;
    private final long maxBytes;
    private final InstantSource clock;

    /** Guarded by this. */
    private final SessionEntries entries = new SessionEntries();

    /** Like the field above, guarded by this. */
    private long dropped;

    private InMemorySessionStore(int maxSessions, long maxBytes, InstantSource clock) {
        this.maxSessions = maxSessions;
        this.maxBytes = maxBytes;
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
        return of(maxSessions, Runtime.getRuntime().maxMemory() / HEAP_FRACTION, clock);
    }

    static InMemorySessionStore of(int maxSessions, long maxBytes, InstantSource clock) {
        if (maxSessions < 1) {
            throw new IllegalArgumentException("sessions: %d (expected: 1 or more)".formatted(maxSessions));
        }
        return new InMemorySessionStore(maxSessions, maxBytes, clock);
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Optional<byte[]>> load(String token) {
        return CompletableFuture.completedFuture(
                Optional.ofNullable(find(token)).map(entry -> entry.data().clone()));
    }

    @Override
    @CheckReturnValue
    public CompletionStage<String> create(byte[] data, Duration lifetime) {
        String token = SessionStore.randomToken();
        put(entry(token, data, lifetime), null);
        return CompletableFuture.completedFuture(token);
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Optional<String>> update(String token, byte[] data, Duration lifetime) {
        Entry updated = entry(token, data, lifetime);
        for (Entry before = find(token); before != null; before = find(token)) {
            if (put(updated, before)) {
                return CompletableFuture.completedFuture(Optional.of(token));
            }
        }
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Optional<MergedSession>> merge(String token, SessionChanges changes, Duration lifetime) {
        for (Entry before = find(token); before != null; before = find(token)) {
            MergedSession merged = new MergedSession(token, changes.applyTo(before.data()));
            boolean done = merged.isEmpty() ? remove(before) : put(entry(token, merged.data(), lifetime), before);
            if (done) {
                return CompletableFuture.completedFuture(Optional.of(merged));
            }
        }
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    @CheckReturnValue
    public CompletionStage<Void> delete(String token) {
        synchronized (this) {
            Entry entry = entries.find(token);
            if (entry != null) {
                entries.remove(entry);
            }
        }
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

    /**
     * Returns the number of sessions that were dropped before they expired, because the store was full.
     *
     * @return the number
     */
    public synchronized long dropped() {
        return dropped;
    }

    private @Nullable Entry find(String token) {
        long now = clock.millis();
        synchronized (this) {
            Entry entry = entries.find(token);
            if (entry != null && entry.expiresAt() <= now) {
                entries.remove(entry);
                return null;
            }
            return entry;
        }
    }

    private Entry entry(String token, byte[] data, Duration lifetime) {
        return Entry.of(token, data.clone(), SessionTokens.expiry(clock.millis(), lifetime));
    }

    private synchronized boolean remove(Entry expected) {
        boolean isUnchanged = isStored(expected);
        if (isUnchanged) {
            entries.remove(expected);
        }
        return isUnchanged;
    }

    @SuppressWarnings("ReferenceEquality") // a replaced entry has changed, even if both are equal
    private boolean isStored(Entry entry) {
        return entries.find(entry.token()) == entry;
    }

    /** Stores an entry, and drops others if the store is full. Returns false if the entry to replace has changed. */
    private boolean put(Entry entry, @Nullable Entry replaced) {
        long now = clock.millis();
        boolean isFirstDrop;
        synchronized (this) {
            if (replaced != null && !remove(replaced)) {
                return false;
            }
            long before = dropped;
            entries.add(entry);
            entries.removeExpired(now);
            while (entries.size() > maxSessions || entries.bytes() > maxBytes) {
                entries.removeLeastImportant();
                dropped++;
            }
            isFirstDrop = before == 0 && dropped > 0;
        }
        if (isFirstDrop) {
            LOG.warn(
                    "session store: full (at most {} sessions and {} bytes); the least recently used sessions are"
                            + " dropped before they expire, those without a user first",
                    maxSessions,
                    maxBytes);
        }
        return true;
    }
}
