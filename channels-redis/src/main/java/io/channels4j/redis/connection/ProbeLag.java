package io.channels4j.redis.connection;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The delay of one host, measured with probes. It is the round-trip time of the last answered probe or, if longer, the time since the
 * first unanswered probe. A probe that cannot be sent counts as unanswered, so the delay also grows without a connection.
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

    /** Records that a probe was due, whether or not there was a connection to send it on. */
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
