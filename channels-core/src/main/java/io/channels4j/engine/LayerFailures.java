package io.channels4j.engine;

import io.channels4j.Scope;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.LayerUnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Failures of a layer that escaped consumers' hooks: an outage is one line in the log, however many connections meet it. An
 * outage is over when a minute brought no failure.
 */
public final class LayerFailures {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.consumer");
    private static final long QUIET = Duration.ofMinutes(1).toNanos();

    private static final AtomicLong COUNT = new AtomicLong();
    private static final AtomicLong LAST = new AtomicLong(System.nanoTime() - 2 * QUIET);

    private LayerFailures() {}

    /** Tells whether a failure is the layer's, which does not end a connection by itself. */
    public static boolean is(Throwable failure) {
        return failure instanceof LayerUnavailableException || failure instanceof ChannelFullException;
    }

    /** Counts a failure and logs the first one of an outage. */
    public static void note(Scope scope, Throwable failure) {
        COUNT.incrementAndGet();
        long now = System.nanoTime();
        if (now - LAST.getAndSet(now) > QUIET) {
            LOG.warn(
                    "connection {}: {}; the connection goes on, and so does the count of such failures until a minute brings none",
                    scope.connectionId(),
                    failure.getMessage());
        }
    }

    /** Returns how many failures there were in this process. */
    public static long count() {
        return COUNT.get();
    }
}
