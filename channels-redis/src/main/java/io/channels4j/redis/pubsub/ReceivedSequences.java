package io.channels4j.redis.pubsub;

import io.channels4j.redis.dialect.Address;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Detects missing messages on one subscribing connection by their sequence numbers. The first message of a sender to a group sets the
 * number from which messages are expected. If heartbeats show that a sequence began after the group was subscribed, messages are expected
 * from its beginning. Concurrent senders may publish out of order, so a message counts as missing only after {@value
 * Sender#WINDOW} later numbers, or after some time. The least recently used groups are forgotten when there are too many.
 *
 * <p><b>Threads.</b> Confined to the connection's thread.
 */
public final class ReceivedSequences {

    /** The maximum number of pairs of a group and a sender. */
    private static final int MAX_SENDERS = 20_000;

    private static final int MAX_GROUPS = 20_000;

    /**
     * A sequence that began within this time after a subscription, in units of {@link #tick}, may have begun before. The time covers the
     * delay of heartbeats on their way to Redis, and rounding.
     */
    private static final int SUBSCRIPTION_MARGIN = 3;

    /** The silence, in units of {@link #tick}, after which a sender may be forgotten. */
    private static final int MAX_SILENCE = 600;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final Map<String, Group> groups = new LinkedHashMap<>(16, 0.75f, true);
    private final Map<Long, Group> byHash = new HashMap<>();
    private final List<Sender> incomplete = new ArrayList<>();
    private final ObjLongConsumer<Address> missed;
    private int senders;
    private int now;

    private static final class Group {

        private final Address address;
        private final long hash;

        /** When the group was subscribed, or later. */
        private final int subscribed;

        private @Nullable Sender first;

        Group(Address address, int subscribed) {
            this.address = address;
            this.subscribed = subscribed;
            this.hash = hash(address.redisName());
        }

        @Nullable
        Sender find(long origin) {
            Sender sender = first;
            while (sender != null && sender.origin != origin) {
                sender = sender.next;
            }
            return sender;
        }
    }

    private static final class Sender {

        /** The number of messages after a missing one that are awaited before it counts as missing. */
        static final int WINDOW = 64;

        private final Group group;
        private final long origin;
        private @Nullable Sender next;
        private int epoch;

        /** The lowest number that has not been received. */
        private long expected;

        /** The messages received after the expected one; bit 0 stands for its successor. */
        private long received;

        /** The highest number that was received or announced. */
        private long highest;

        /** The first number that was received. */
        private long first;

        /** How many lower numbers than the first one have not been received. */
        private long before;

        /** Whether these numbers were sent after the group had been subscribed. */
        private boolean beforeExpected;

        /** When the sender was last added to the list of incomplete senders. */
        private int since;

        private boolean listed;
        private int seen;

        Sender(Group group, long origin, int epoch, long expected) {
            this.group = group;
            this.origin = origin;
            this.next = group.first;
            this.epoch = epoch;
            this.expected = expected;
            this.highest = expected - 1;
            this.first = highest;
            this.before = Math.max(0, highest - 1);
        }

        boolean isComplete() {
            return expected > highest && !(beforeExpected && before > 0);
        }

        /** Starts a new sequence of the same sender. */
        void restart(int newEpoch) {
            epoch = newEpoch;
            expected = 1;
            received = 0;
            highest = 0;
            first = 0;
            before = 0;
            beforeExpected = false;
        }

        /** Records a received number. Returns how many messages are now known to be missing. */
        long receive(long number) {
            long missing = 0;
            if (number > expected + WINDOW) {
                missing = skipTo(number);
            }
            highest = Math.max(highest, number);
            if (number == expected) {
                expected++;
                advance();
            } else if (number > expected) {
                received |= 1L << (number - expected - 1);
            } else if (number < first && before > 0) {
                before--; // published in another order
            }
            return missing;
        }

        /** Gives up the numbers that are too far behind a received one. Returns how many of them were not received. */
        private long skipTo(long number) {
            long missing = number - expected - Long.bitCount(received);
            expected = number;
            received = 0;
            return missing;
        }

        private void advance() {
            while ((received & 1) != 0) {
                received >>>= 1;
                expected++;
            }
            received >>>= 1;
        }

        /** Gives up all numbers up to the highest one. Returns how many of them were not received. */
        long giveUp() {
            long missing = highest + 1 - expected - Long.bitCount(received);
            expected = highest + 1;
            received = 0;
            if (beforeExpected) {
                missing += before;
                before = 0;
            }
            return missing;
        }
    }

    /**
     * Creates an empty instance.
     *
     * @param missed a consumer of a group and the number of its missing messages
     */
    ReceivedSequences(ObjLongConsumer<Address> missed) {
        this.missed = missed;
    }

    /** Records that a group is subscribed. */
    void subscribed(Address group) {
        forget(group.redisName());
        add(group);
    }

    /** Records a message. */
    public void received(Address address, long origin, int epoch, long number) {
        Group group = groups.get(address.redisName());
        Sender sender = group == null ? null : group.find(origin);
        if (sender == null) {
            add(group == null ? add(address) : group, origin, epoch, number + 1);
            return;
        }
        sender.seen = now;
        if (sender.epoch != epoch) {
            if (epoch - sender.epoch < 0) {
                return; // a late message of an earlier sequence
            }
            sender.restart(epoch);
        }
        long missing = sender.receive(number);
        if (missing > 0) {
            missed.accept(address, missing);
        }
        if (!sender.isComplete()) {
            watch(sender);
        }
    }

    /** Records a heartbeat. It contains the last number of each sequence that has advanced since the sender's previous heartbeat. */
    public void heartbeat(long origin, byte[] body) {
        ByteBuffer entries = ByteBuffer.wrap(body);
        while (entries.remaining() >= SentSequences.ENTRY_BYTES) {
            long hash = entries.getLong();
            int epoch = entries.getInt();
            long value = entries.getLong();
            Group group = byHash.get(hash);
            if (group != null) {
                announced(group.find(origin), epoch, value);
            } else {
                group = byHash.get(hash ^ SentSequences.RECENT);
                if (group != null) {
                    began(group, origin, epoch, value);
                }
            }
        }
    }

    private void announced(@Nullable Sender sender, int epoch, long last) {
        if (sender != null && epoch - sender.epoch >= 0) {
            sender.seen = now;
            if (epoch != sender.epoch) {
                sender.restart(epoch);
            }
            sender.highest = Math.max(sender.highest, last);
            if (!sender.isComplete()) {
                watch(sender);
            }
        }
    }

    /** Records that a sequence began recently. If the group was subscribed before, all of its messages are expected. */
    private void began(Group group, long origin, int epoch, long ageAndLast) {
        if (now - group.subscribed - SentSequences.ageSeconds(ageAndLast) <= SUBSCRIPTION_MARGIN) {
            return;
        }
        Sender sender = group.find(origin);
        if (sender == null) {
            add(group, origin, epoch, 1);
            announced(group.find(origin), epoch, SentSequences.last(ageAndLast));
        } else if (sender.epoch == epoch && !sender.beforeExpected) {
            sender.beforeExpected = true;
            if (!sender.isComplete()) {
                watch(sender);
            }
        }
    }

    private void watch(Sender sender) {
        if (!sender.listed) {
            sender.listed = true;
            sender.since = now;
            incomplete.add(sender);
        }
    }

    /** Advances the time by one unit. Reports messages that have been missing for more than one unit. */
    void tick() {
        now++;
        Iterator<Sender> all = incomplete.iterator();
        while (all.hasNext()) {
            Sender sender = all.next();
            if (sender.isComplete()) {
                sender.listed = false;
                all.remove();
            } else if (now - sender.since > 1) {
                sender.listed = false;
                all.remove();
                missed.accept(sender.group.address, sender.giveUp());
            }
        }
    }

    /** Forgets a group whose subscription has ended. */
    void forget(String redisName) {
        Group group = groups.remove(redisName);
        if (group != null) {
            removed(group);
        }
    }

    private void removed(Group group) {
        byHash.remove(group.hash);
        incomplete.removeIf(sender -> sender.group == group);
        for (Sender sender = group.first; sender != null; sender = sender.next) {
            senders--;
        }
    }

    private Group add(Address address) {
        Group group = new Group(address, now);
        groups.put(address.redisName(), group);
        byHash.put(group.hash, group);
        if (groups.size() > MAX_GROUPS) {
            removeEldest();
        }
        return group;
    }

    private void removeEldest() {
        Iterator<Group> eldest = groups.values().iterator();
        Group forgotten = eldest.next();
        eldest.remove();
        removed(forgotten);
    }

    private void add(Group group, long origin, int epoch, long expected) {
        removeSilent(group);
        Sender added = new Sender(group, origin, epoch, expected);
        added.seen = now;
        group.first = added;
        senders++;
        while (senders > MAX_SENDERS) {
            removeEldest();
        }
    }

    /** Removes the senders of a group that have been silent for a long time. Most of them have ended. */
    private void removeSilent(Group group) {
        Sender last = null;
        for (Sender sender = group.first; sender != null; sender = sender.next) {
            if (now - sender.seen <= MAX_SILENCE || sender.listed) {
                last = sender;
            } else {
                senders--;
                if (last == null) {
                    group.first = sender.next;
                } else {
                    last.next = sender.next;
                }
            }
        }
    }

    /** Returns the hash that stands for a group in a heartbeat (FNV-1a with 64 bits). */
    static long hash(String redisName) {
        long hash = FNV_OFFSET;
        for (byte next : redisName.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (next & 0xff)) * FNV_PRIME;
        }
        return hash;
    }
}
