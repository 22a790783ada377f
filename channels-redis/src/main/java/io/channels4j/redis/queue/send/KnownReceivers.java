package io.channels4j.redis.queue.send;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The last known members of groups in a partition, and how long the last check of each process's inbox is valid. Only the most recently
 * used entries are kept. Confined to the {@link InboxBatcher} that owns it.
 */
final class KnownReceivers {

    private static final int MAX_KNOWN = 10_000;

    /**
     * How long the result of a check is valid. A lease can end early, and messages in an inbox that is not read expire. The next check
     * notices both.
     */
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

    private final Map<String, GroupMembers> groups = leastRecentlyUsed();
    private final Map<String, Long> validUntil = leastRecentlyUsed();

    private static <V> Map<String, V> leastRecentlyUsed() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MAX_KNOWN;
            }
        };
    }

    GroupMembers membersOf(String group) {
        return groups.getOrDefault(group, GroupMembers.NONE);
    }

    void update(String group, GroupMembers members) {
        groups.put(group, members);
    }

    /** Returns true if a process has a lease, according to a recent check of its inbox. */
    boolean isChecked(String process) {
        Long until = validUntil.get(process);
        return until != null && until - System.nanoTime() > 0;
    }

    /** Records the result of a check: the remaining time of the lease, in milliseconds. */
    void checked(String process, long remainingMillis) {
        long valid = Math.min(TimeUnit.MILLISECONDS.toNanos(remainingMillis), CHECK_INTERVAL.toNanos());
        validUntil.put(process, System.nanoTime() + valid);
    }

    void dead(String process) {
        validUntil.remove(process);
    }
}
