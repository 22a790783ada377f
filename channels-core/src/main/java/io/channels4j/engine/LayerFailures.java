package io.channels4j.engine;

import io.channels4j.Scope;
import io.channels4j.layer.ChannelFullException;
import io.channels4j.layer.LayerUnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the layer failures that consumers do not handle. An outage is logged once, regardless of the number of
 * connections. It ends when a minute passes without a failure.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class LayerFailures {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.consumer");
    private static final long QUIET = Duration.ofMinutes(1).toNanos();

    private static final AtomicLong COUNT = new AtomicLong();
    private static final AtomicLong LAST = new AtomicLong(System.nanoTime() - 2 * QUIET);

    private LayerFailures() {}

    /** Returns whether a failure was caused by the layer. Such a failure does not end a connection by itself. */
    public static boolean is(Throwable failure) {
        return failure instanceof LayerUnavailableException || failure instanceof ChannelFullException;
    }

    /** Counts a failure and logs the first one of an outage. */
    public static void note(Scope scope, Throwable failure) {
        COUNT.incrementAndGet();
        long now = System.nanoTime();
        if (now - LAST.getAndSet(now) > QUIET) {
            LOG.warn(
                    "connection {}: {}; the connection stays open; further failures are counted, not logged, until a"
                            + " minute passes without one",
                    scope.connectionId(),
                    failure.getMessage());
        }
    }

    /** Returns the number of failures counted in this process. */
    public static long count() {
        return COUNT.get();
    }
}
