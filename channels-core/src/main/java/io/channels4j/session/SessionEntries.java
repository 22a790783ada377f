package io.channels4j.session;

import io.channels4j.internal.SessionKeys;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of an in-memory store, in the order in which they are dropped.
 *
 * <p>Not thread-safe: guarded by its store.
 */
final class SessionEntries {

    /** The approximate heap size of an entry, its token, and its places in the collections. */
    private static final int ENTRY_BYTES = 400;

    /** The maximum number of expired entries that one save removes. No save therefore takes long. */
    private static final int MAX_REMOVED_PER_SAVE = 100;

    private static final Comparator<Entry> BY_EXPIRY =
            Comparator.comparingLong(Entry::expiresAt).thenComparing(Entry::token);

    /** The sessions without a logged-in user, least recently used first. */
    private final Map<String, Entry> anonymous = new LinkedHashMap<>(16, 0.75f, true);

    /** The sessions with a logged-in user, least recently used first. */
    private final Map<String, Entry> withUser = new LinkedHashMap<>(16, 0.75f, true);

    private final TreeSet<Entry> byExpiry = new TreeSet<>(BY_EXPIRY);
    private long bytes;

    /** One session. Immutable, except for the content of the array, which is never changed. */
    @SuppressWarnings("ArrayRecordComponent") // compared by identity only
    record Entry(String token, byte[] data, long expiresAt, boolean hasUser) {

        private static final byte[] USER_FIELD =
                ("\"" + SessionKeys.USER_ID + "\":").getBytes(StandardCharsets.US_ASCII);

        static Entry of(String token, byte[] data, long expiresAt) {
            return new Entry(token, data, expiresAt, hasUser(data));
        }

        /** Parses only sessions that contain the name of the field. */
        private static boolean hasUser(byte[] data) {
            for (int i = 0; i + USER_FIELD.length <= data.length; i++) {
                if (Arrays.equals(data, i, i + USER_FIELD.length, USER_FIELD, 0, USER_FIELD.length)) {
                    return SessionChanges.read(data).containsKey(SessionKeys.USER_ID);
                }
            }
            return false;
        }

        private int bytes() {
            return ENTRY_BYTES + data.length;
        }
    }

    /** Returns the session with the given token, or null if there is none. Makes it the most recently used one. */
    @Nullable
    Entry find(String token) {
        Entry entry = anonymous.get(token);
        return entry == null ? withUser.get(token) : entry;
    }

    void add(Entry entry) {
        of(entry).put(entry.token(), entry);
        byExpiry.add(entry);
        bytes += entry.bytes();
    }

    /** Removes a stored entry. */
    void remove(Entry entry) {
        of(entry).remove(entry.token());
        byExpiry.remove(entry);
        bytes -= entry.bytes();
    }

    private Map<String, Entry> of(Entry entry) {
        return entry.hasUser() ? withUser : anonymous;
    }

    int size() {
        return byExpiry.size();
    }

    long bytes() {
        return bytes;
    }

    /** Removes expired sessions, the earliest first. */
    void removeExpired(long now) {
        for (int i = 0; i < MAX_REMOVED_PER_SAVE && !byExpiry.isEmpty(); i++) {
            Entry first = byExpiry.first();
            if (first.expiresAt() > now) {
                return;
            }
            remove(first);
        }
    }

    /** Removes the least recently used session, one with a user only if there is no other. */
    void removeLeastImportant() {
        Iterator<Entry> leastRecentlyUsedFirst =
                (anonymous.isEmpty() ? withUser : anonymous).values().iterator();
        remove(leastRecentlyUsedFirst.next());
    }
}
