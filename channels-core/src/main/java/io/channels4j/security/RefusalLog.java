package io.channels4j.security;

import io.channels4j.Scope;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Logs the refusals of one check. The first refusal is logged as a warning, later ones at debug level. Thread-safe.
 */
final class RefusalLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.security");

    private final AtomicBoolean warned = new AtomicBoolean();

    /**
     * Logs a refusal. {@code what} supplies the text after the connection's id. It is called only if the line is
     * logged.
     */
    void log(Scope scope, Supplier<String> what) {
        boolean first = warned.compareAndSet(false, true);
        LOG.atLevel(first ? Level.WARN : Level.DEBUG)
                .log(() -> "connection %s: %s%s"
                        .formatted(
                                scope.connectionId(),
                                what.get(),
                                first ? "; further refusals are logged at debug level" : ""));
    }
}
