package io.channels4j.redis.pubsub;

import io.channels4j.redis.connection.BatchedReports;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.dialect.Address;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reports the groups that may have missed messages. Groups with missing sequence numbers are reported together after a short pause, and
 * those with unreadable messages after a longer one. A connection in several groups then receives one notification.
 *
 * <p>Confined to the control thread, except for {@link #unreadable} and {@link #close}.
 */
final class GapReports {

    private static final Duration PAUSE = Duration.ofMillis(100);

    /** The pause before unreadable messages are reported. Their sender may send many. */
    private static final Duration PAUSE_OF_UNREADABLE = Duration.ofSeconds(1);

    private final PubSubTransport.Receiver receiver;
    private final RedisStatus status;
    private final ControlThread control;
    private final BatchedReports<Address> unreadable;
    private final Set<Address> missing = new LinkedHashSet<>();
    private volatile boolean closed;

    GapReports(PubSubTransport.Receiver receiver, RedisStatus status, ControlThread control) {
        this.receiver = receiver;
        this.status = status;
        this.control = control;
        this.unreadable = new BatchedReports<>(control, PAUSE_OF_UNREADABLE, this::reportWanted);
    }

    /** Records an unreadable message to a group. Called from any thread. */
    void unreadable(Address group) {
        unreadable.add(group);
    }

    /** Records messages that are missing in a group's sequence. */
    void missing(Address group, long messages) {
        receiver.missing(group, messages);
        if (missing.isEmpty()) {
            control.schedule(PAUSE, this::reportMissing);
        }
        missing.add(group);
    }

    private void reportMissing() {
        reportWanted(missing);
        missing.clear();
    }

    private void reportWanted(Set<Address> groups) {
        if (!closed) {
            report(groups.stream().filter(receiver::wants).toList());
        }
    }

    /** Reports groups. Does nothing if there are none. */
    void report(List<Address> groups) {
        if (!groups.isEmpty()) {
            status.gapPossible(groups.size());
            receiver.missed(groups);
        }
    }

    /** Stops the reports of missing and unreadable messages. */
    void close() {
        closed = true;
    }
}
