package io.channels4j.security;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Token buckets by key, up to a maximum number. A further key evicts the least recently used one, which starts with a full bucket if it
 * is used again.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class TokenBuckets {

    private static final int CHECKED_PER_TAKE = 2;

    private final RateLimit limit;
    private final InstantSource clock;
    private final int maxBuckets;

    /** Least recently used first. Guarded by this. */
    private final Map<Object, TokenBucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    TokenBuckets(RateLimit limit, InstantSource clock, int maxBuckets) {
        this.limit = limit;
        this.clock = clock;
        this.maxBuckets = maxBuckets;
    }

    /** Takes a token for a key; returns zero, or the time until the key's next token. */
    synchronized Duration take(Object key) {
        TokenBucket bucket = buckets.computeIfAbsent(key, k -> new TokenBucket(limit, clock));
        Duration wait = bucket.take(1);
        Iterator<TokenBucket> leastRecentlyUsedFirst = buckets.values().iterator();
        for (int i = 0; i < CHECKED_PER_TAKE && leastRecentlyUsedFirst.hasNext(); i++) {
            if (leastRecentlyUsedFirst.next().isFull() || buckets.size() > maxBuckets) {
                leastRecentlyUsedFirst.remove();
            }
        }
        return wait;
    }

    synchronized int size() {
        return buckets.size();
    }
}
