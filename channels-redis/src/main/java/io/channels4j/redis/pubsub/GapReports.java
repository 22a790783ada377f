package io.channels4j.redis.pubsub;

import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.dialect.Address;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Reports the groups that may have missed messages. Groups with missing sequence numbers are reported together after a short pause. A
 * connection in several groups then receives one notification.
 *
 * <p>Confined to the control thread, except for {@link #close}.
 */
final class GapReports {

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final PubSubTransport.Receiver receiver;
    private final RedisStatus status;
    private final ControlThread control;
    private final Set<Address> missing = new LinkedHashSet<>();
    private volatile boolean closed;

    GapReports(PubSubTransport.Receiver receiver, RedisStatus status, ControlThread control) {
        this.receiver = receiver;
        this.status = status;
        this.control = control;
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
        List<Address> groups = missing.stream().filter(receiver::wants).toList();
        missing.clear();
        if (!closed) {
            report(groups);
        }
    }

    /** Reports groups. Does nothing if there are none. */
    void report(List<Address> groups) {
        if (!groups.isEmpty()) {
            status.gapPossible(groups.size());
            receiver.missed(groups);
        }
    }

    /** Stops the reports of missing sequence numbers. */
    void close() {
        closed = true;
    }
}
