package io.channels4j.redis.queue.send;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The last known members of groups in a partition, and the results of the last check of each process's inbox. Only the most recently used
 * entries are kept. Confined to the {@link InboxBatcher} that owns it.
 */
final class KnownReceivers {

    private static final int MAX_KNOWN = 10_000;

    /**
     * How long the result of a check is valid. A lease can end early, and messages in an inbox that is not read expire. The next check
     * notices both.
     */
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

    /** All processes together may add the capacity divided by this constant before each of them reads the length of an inbox again. */
    private static final int CAPACITY_PER_ROOM = 16;

    private final Map<String, GroupMembers> groups = leastRecentlyUsed();
    private final Map<String, Inbox> inboxes = leastRecentlyUsed();
    private final int inboxCapacity;

    /** The number of processes that have a lease; 0 if it is not known. */
    private long processes;

    private static final class Inbox {

        long validUntil;

        /** The number of messages that this process may add without reading the length of the inbox. */
        long room;
    }

    KnownReceivers(int inboxCapacity) {
        this.inboxCapacity = inboxCapacity;
    }

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
        Inbox inbox = inboxes.get(process);
        return inbox != null && inbox.validUntil - System.nanoTime() > 0;
    }

    /** Returns true if an inbox has room for one message, according to a recent check. */
    boolean hasRoom(String process) {
        Inbox inbox = inboxes.get(process);
        return inbox != null && inbox.room > 0 && inbox.validUntil - System.nanoTime() > 0;
    }

    /** Uses the room for one message. */
    void useRoom(String process) {
        Inbox inbox = inboxes.get(process);
        if (inbox != null) {
            inbox.room--;
        }
    }

    /** Records the result of a check: the remaining time of the lease, in milliseconds. */
    void checked(String process, long remainingMillis) {
        long valid = Math.min(TimeUnit.MILLISECONDS.toNanos(remainingMillis), CHECK_INTERVAL.toNanos());
        inboxes.computeIfAbsent(process, key -> new Inbox()).validUntil = System.nanoTime() + valid;
    }

    /** Records the number of processes that have a lease. */
    void counted(long processes) {
        this.processes = processes;
    }

    /** Records the length of an inbox. There is room for messages if it is at most half full. */
    void measured(String process, long length) {
        Inbox inbox = inboxes.get(process);
        if (inbox != null) {
            boolean roomy = processes > 0 && 2 * length <= inboxCapacity;
            inbox.room = roomy ? inboxCapacity / (CAPACITY_PER_ROOM * processes) : 0;
        }
    }

    void dead(String process) {
        inboxes.remove(process);
    }
}
