package io.channels4j.security;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bucket for each key that was seen lately. There are never more than a given number: a further one takes the place of the one
 * that was unused for longest, whose key starts afresh when it comes back.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class TokenBuckets {

    private static final int LOOKED_AT = 2;

    private final RateLimit limit;
    private final InstantSource clock;
    private final int most;

    /** The one that was unused for longest first. Guarded by this. */
    private final Map<Object, TokenBucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    TokenBuckets(RateLimit limit, InstantSource clock, int most) {
        this.limit = limit;
        this.clock = clock;
        this.most = most;
    }

    /** Takes a token of a key; returns zero, or how long until there is one. */
    synchronized Duration take(Object key) {
        TokenBucket bucket = buckets.computeIfAbsent(key, k -> new TokenBucket(limit, clock));
        Duration wait = bucket.take(1);
        Iterator<TokenBucket> longestUnusedFirst = buckets.values().iterator();
        for (int i = 0; i < LOOKED_AT && longestUnusedFirst.hasNext(); i++) {
            if (longestUnusedFirst.next().isFull() || buckets.size() > most) {
                longestUnusedFirst.remove();
            }
        }
        return wait;
    }

    synchronized int size() {
        return buckets.size();
    }
}
