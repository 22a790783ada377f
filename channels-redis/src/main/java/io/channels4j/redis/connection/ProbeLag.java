package io.channels4j.redis.connection;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The delay of one host, measured with probes: the round-trip time of the last answered probe or, if it is longer, the time since the first
 * probe that is unanswered. A probe that cannot be sent counts as unanswered, so that the delay grows for as long as the host does not
 * reply, also while there is no connection.
 *
 * <p><b>Threads.</b> Changed on the control thread, read from any thread.
 */
public final class ProbeLag {

    private final LongSupplier nanos;
    private volatile boolean unanswered;
    private volatile long unansweredSince;
    private volatile long roundTrip;
    private long sent;

    /** Creates an instance with a delay of zero. */
    public ProbeLag() {
        this(System::nanoTime);
    }

    ProbeLag(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Records that a probe was sent, or that it would have been sent if there were a connection. */
    public void probed() {
        sent = nanos.getAsLong();
        if (!unanswered) {
            unansweredSince = sent;
            unanswered = true;
        }
    }

    /** Records the reply to the last probe. */
    public void answered() {
        if (unanswered) {
            roundTrip = nanos.getAsLong() - sent;
            unanswered = false;
        }
    }

    /** Returns the delay. */
    public Duration lag() {
        long waiting = unanswered ? nanos.getAsLong() - unansweredSince : 0;
        return Duration.ofNanos(Math.max(waiting, roundTrip));
    }
}
