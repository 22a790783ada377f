package io.channels4j.security;

import static java.util.Objects.requireNonNull;

import io.channels4j.internal.RetainedSize;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A rate limit per key, such as a user id or an API key. Each key has its own token bucket.
 *
 * {@snippet class="io.channels4j.guards.RateLimitSnippets" region="limiter"}
 *
 * <p><b>Memory.</b> Only recently used keys are stored, by default at most 100,000 keys and 32 MiB (guarantee P3).
 * Beyond that, the least recently used keys are dropped and start again with a full bucket.
 *
 * <p><b>Threads.</b> Thread-safe. The keys' {@code hashCode} and {@code equals} are called with a lock held.
 *
 * @param <K> the type of the keys, immutable, with {@code equals} and {@code hashCode}
 */
public final class RateLimiter<K> {

    /**
     * The result of {@link #take(Object, long)} for more tokens than a bucket can contain. It is the longest duration whose milliseconds
     * fit in a {@code long}.
     */
    public static final Duration NEVER = Duration.ofMillis(Long.MAX_VALUE);

    private static final int CHECKED_PER_TAKE = 2;

    /** The measured memory of an entry with its bucket, without the key. */
    private static final int ENTRY_BYTES = 112;

    private final RateLimit limit;
    private final InstantSource clock;
    private final int maxKeys;
    private final long maxBytes;

    /** Least recently used first. Guarded by this. */
    private final Map<K, TokenBucket> buckets = new LinkedHashMap<>(16, 0.75f, true);

    /** Guarded by this. */
    private long bytes;

    private RateLimiter(Builder settings) {
        this.limit = settings.limit;
        this.clock = settings.clock;
        this.maxKeys = settings.maxKeys;
        this.maxBytes = settings.maxBytes;
    }

    /**
     * Returns a limiter with the default settings.
     *
     * @param limit the limit per key
     * @param <K> the type of the keys
     * @return the limiter
     */
    public static <K> RateLimiter<K> of(RateLimit limit) {
        return builder(limit).build();
    }

    /**
     * Returns a builder with the default settings.
     *
     * @param limit the limit per key
     * @return the builder
     */
    public static Builder builder(RateLimit limit) {
        return new Builder(limit);
    }

    /**
     * Takes one token from the bucket of a key.
     *
     * @param key the key
     * @return zero if the token was taken, otherwise the time until a token is available
     */
    public Duration take(K key) {
        return take(key, 1);
    }

    /**
     * Takes either all of the given tokens or none from the bucket of a key. A number above the limit's burst is always
     * refused, because a bucket cannot contain that many tokens.
     *
     * @param key the key
     * @param tokens the number of tokens, one or more
     * @return zero if the tokens were taken, otherwise the time until enough tokens are available. It is {@link #NEVER}
     *     for a number above the limit's burst.
     * @throws IllegalArgumentException if the number is zero or negative
     */
    public Duration take(K key, long tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("tokens: %d (expected: one or more)".formatted(tokens));
        }
        long size = sizeOf(requireNonNull(key, "key"));
        long now = clock.millis(); // without the lock, because the application may implement the clock
        synchronized (this) {
            TokenBucket bucket = buckets.get(key);
            if (bucket == null) {
                bucket = new TokenBucket(limit, clock, now);
                buckets.put(key, bucket);
                bytes += size;
            }
            Duration wait = bucket.take(tokens, now);
            dropUnused(now);
            return wait;
        }
    }

    /**
     * Returns the number of stored keys.
     *
     * @return the number
     */
    public synchronized int size() {
        return buckets.size();
    }

    /** Checks the least recently used keys. Drops those whose buckets are full and, while a bound is exceeded, all others. */
    private void dropUnused(long now) {
        Iterator<Map.Entry<K, TokenBucket>> leastRecentlyUsedFirst =
                buckets.entrySet().iterator();
        for (int i = 0; leastRecentlyUsedFirst.hasNext() && (i < CHECKED_PER_TAKE || isBeyondBounds()); i++) {
            Map.Entry<K, TokenBucket> entry = leastRecentlyUsedFirst.next();
            if (entry.getValue().isFull(now) || isBeyondBounds()) {
                leastRecentlyUsedFirst.remove();
                bytes -= sizeOf(entry.getKey());
            }
        }
    }

    private boolean isBeyondBounds() {
        return buckets.size() > maxKeys || bytes > maxBytes;
    }

    private static long sizeOf(Object key) {
        return ENTRY_BYTES + (key instanceof CharSequence ? RetainedSize.of(key) : Builder.KEY_BYTES);
    }

    /** Builds a {@link RateLimiter}. Not thread-safe. */
    public static final class Builder {

        private static final int KEY_BYTES = 64;
        private static final int DEFAULT_MAX_KEYS = 100_000;
        private static final long DEFAULT_MAX_BYTES = 32L * 1024 * 1024;

        private final RateLimit limit;
        private int maxKeys = DEFAULT_MAX_KEYS;
        private long maxBytes = DEFAULT_MAX_BYTES;
        private InstantSource clock = InstantSource.system();

        private Builder(RateLimit limit) {
            this.limit = requireNonNull(limit, "limit");
        }

        /**
         * Sets the maximum number of stored keys. The default is 100,000.
         *
         * @param number the number, one or more
         * @return this builder
         */
        public Builder maxKeys(int number) {
            if (number < 1) {
                throw new IllegalArgumentException("keys: %d (expected: 1 or more)".formatted(number));
            }
            maxKeys = number;
            return this;
        }

        /**
         * Sets the maximum memory of the stored keys with their buckets, in bytes; 32 MiB by default. Text is measured.
         * Any other key counts as 64 bytes.
         *
         * @param number the number, 1024 or more
         * @return this builder
         */
        public Builder maxBytes(long number) {
            if (number < 1024) {
                throw new IllegalArgumentException("bytes of keys: %d (expected: 1024 or more)".formatted(number));
            }
            maxBytes = number;
            return this;
        }

        /**
         * Sets the clock that refills the buckets; the system clock by default.
         *
         * @param source the clock
         * @return this builder
         */
        public Builder clock(InstantSource source) {
            clock = requireNonNull(source, "clock");
            return this;
        }

        /**
         * Returns the limiter.
         *
         * @param <K> the type of the keys
         * @return the limiter
         */
        public <K> RateLimiter<K> build() {
            return new RateLimiter<>(this);
        }
    }
}
