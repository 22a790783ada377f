package io.channels4j.redis.pubsub;

import io.channels4j.redis.dialect.Address;
import io.channels4j.redis.dialect.GroupSequence;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sequences of the groups to which this process has published recently. If there are too many, the least recently used ones are
 * removed. The next message to such a group starts a new sequence.
 *
 * <p><b>Threads.</b> {@link #of} is safe from any thread; the other methods are confined to the control thread.
 */
final class SentSequences {

    /** The number of groups that are remembered. Between two calls of {@link #tick}, there may be twice as many. */
    static final int MAX_GROUPS = 10_000;

    /** The maximum number of groups in one heartbeat, which has {@value SentSequences#ENTRY_BYTES} bytes per group. */
    private static final int MAX_ENTRIES = 1_000;

    /**
     * A sequence that began recently has a second entry, with this value XOR the hash of its group, and its age and last number. Versions
     * without support for the age ignore the entry, because its hash belongs to none of their groups.
     */
    static final long RECENT = 0x5bd1e995c4ceb9feL;

    /** The age up to which a sequence is recent. Receivers remember senders that have been silent for twice as long. */
    private static final long MAX_RECENT_SECONDS = 300;

    private static final int LAST_BITS = 48;

    static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES + Long.BYTES;

    private final Function<String, Address> addressOf;
    private final LongSupplier nanos;
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicInteger epochs = new AtomicInteger();
    private volatile int now;

    private static final class Entry {

        private final GroupSequence sequence;
        private final long began;
        private volatile int used;
        private long announced;

        Entry(GroupSequence sequence, long began) {
            this.sequence = sequence;
            this.began = began;
        }
    }

    /**
     * Creates an empty instance.
     *
     * @param nanos the clock, such as {@link System#nanoTime}
     */
    SentSequences(Function<String, Address> addressOf, LongSupplier nanos) {
        this.addressOf = addressOf;
        this.nanos = nanos;
    }

    /** Returns the age in a second entry of a sequence, rounded up. */
    static long ageSeconds(long ageAndLast) {
        return ageAndLast >>> LAST_BITS;
    }

    /** Returns the last number in a second entry of a sequence. */
    static long last(long ageAndLast) {
        return ageAndLast & (1L << LAST_BITS) - 1;
    }

    /** Returns the sequence of a group. Null if there are too many; the message is then not numbered. */
    @Nullable
    GroupSequence of(String group) {
        Entry known = entries.get(group);
        if (known == null) {
            if (entries.size() >= 2 * MAX_GROUPS) {
                return null;
            }
            known = entries.computeIfAbsent(
                    group,
                    name -> new Entry(
                            new GroupSequence(addressOf.apply(name), epochs.incrementAndGet()), nanos.getAsLong()));
        }
        if (known.used != now) {
            known.used = now;
        }
        return known.sequence;
    }

    /** Advances the time by one unit. Removes the least recently used sequences if there are too many. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only the control thread writes it
    void tick() {
        now++;
        if (entries.size() > MAX_GROUPS) {
            entries.entrySet().stream()
                    .sorted(Comparator.comparingInt(entry -> entry.getValue().used))
                    .limit(entries.size() - MAX_GROUPS + MAX_GROUPS / 10)
                    .map(Map.Entry::getKey)
                    .toList()
                    .forEach(entries::remove);
        }
    }

    /** Announces the last numbers of the recently used sequences again, because their messages may have been lost. */
    void announceAgain(Predicate<Address> ofHost) {
        entries.values().stream()
                .filter(entry -> ofHost.test(entry.sequence.address()))
                .forEach(entry -> entry.announced = 0);
    }

    /** Returns the bodies of the heartbeats for one host. They name the sequences whose last number has not been announced yet. */
    List<byte[]> heartbeats(Predicate<Address> ofHost) {
        List<byte[]> bodies = new ArrayList<>();
        ByteBuffer body = ByteBuffer.allocate(MAX_ENTRIES * ENTRY_BYTES);
        for (Entry entry : entries.values()) {
            long last = entry.sequence.last();
            if (last != entry.announced && ofHost.test(entry.sequence.address())) {
                entry.announced = last;
                write(entry, last, body);
                if (body.remaining() < 2 * ENTRY_BYTES) {
                    bodies.add(taken(body));
                }
            }
        }
        if (body.position() > 0) {
            bodies.add(taken(body));
        }
        return bodies;
    }

    private void write(Entry entry, long last, ByteBuffer body) {
        long hash = ReceivedSequences.hash(entry.sequence.address().redisName());
        int epoch = entry.sequence.epoch();
        long age = TimeUnit.NANOSECONDS.toSeconds(nanos.getAsLong() - entry.began) + 1;
        body.putLong(hash).putInt(epoch).putLong(last);
        if (age <= MAX_RECENT_SECONDS) {
            body.putLong(hash ^ RECENT).putInt(epoch).putLong(age << LAST_BITS | last);
        }
    }

    private static byte[] taken(ByteBuffer body) {
        byte[] bytes = new byte[body.position()];
        body.flip().get(bytes);
        body.clear();
        return bytes;
    }
}
