package io.channels4j.netty.log;

import io.channels4j.Scope;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's log for operators, on the logger {@code io.channels4j.netty}. Paths are logged in their encoded form, because
 * decoded paths may contain line feeds.
 */
public final class ServerLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.netty");

    private static final int MAX_CHARACTERS = 300;

    private ServerLog() {}

    public static void applicationFailed(Scope scope, Throwable failure) {
        LOG.error("connection {}: the application failed on {}", scope.connectionId(), scope.rawPath(), failure);
    }

    public static void overloaded(Scope scope, Throwable failure) {
        LOG.warn("connection {}: refused, {}", scope.connectionId(), failure.getMessage());
    }

    public static void clientError(Scope scope, Throwable failure) {
        LOG.debug("connection {}: refused, {}", scope.connectionId(), failure.getMessage());
    }

    public static void incomplete(Scope scope, String missing) {
        LOG.error(
                "connection {}: the application ended on {} without {}",
                scope.connectionId(),
                scope.rawPath(),
                missing);
    }

    public static void messageDropped(Scope scope, String policy) {
        LOG.warn(
                "connection {}: the peer is too slow on {}, a message was dropped ({}); later ones are not logged",
                scope.connectionId(),
                scope.rawPath(),
                policy);
    }

    public static void slowConsumer(Scope scope, String reason) {
        LOG.warn("connection {}: closed on {}, {}", scope.connectionId(), scope.rawPath(), reason);
    }

    public static void memoryExhausted(String adjective, long maxBytes, int closed) {
        LOG.warn(
                "memory: more than {} {} bytes were in use, {} connections were closed; further ones within a second"
                        + " are not logged",
                maxBytes,
                adjective,
                closed);
    }

    /** Logs a peer's error, or its failure to respond, in one line at level DEBUG. Operators need not act on it. */
    public static void peer(Object connection, String what) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("connection {}: {}", connection, printable(what));
        }
    }

    /**
     * Escapes and shortens text that may contain input from the peer. A peer can therefore inject neither line breaks nor long
     * lines.
     */
    private static String printable(String text) {
        StringBuilder printable = new StringBuilder(Math.min(text.length(), MAX_CHARACTERS) + 16);
        for (int i = 0; i < text.length() && i < MAX_CHARACTERS; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~') {
                printable.append("\\u%04x".formatted((int) c));
            } else {
                printable.append(c);
            }
        }
        return text.length() > MAX_CHARACTERS ? printable.append("...").toString() : printable.toString();
    }

    public static void listenerFailed(Object listener, Throwable failure) {
        LOG.error("listener {}: failed; later failures are not logged", listener, failure);
    }

    public static void drainTimedOut(int connections) {
        LOG.warn("close: {} connections did not end within the drain time-out and are closed now", connections);
    }

    public static void applicationsLeft() {
        LOG.warn("close: applications are still running after the application close time-out; the server stops without"
                + " waiting for them");
    }

    public static void closeFailed(AutoCloseable resource, Exception cause) {
        LOG.error("close: {} could not be closed", resource.getClass().getName(), cause);
    }
}
