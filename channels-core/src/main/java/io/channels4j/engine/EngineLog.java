package io.channels4j.engine;

import io.channels4j.Event;
import io.channels4j.Scope;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The engine's log messages, with one logger for all consumers. */
final class EngineLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.consumer");
    private static final StackTraceElement[] NO_STACK = {};

    private EngineLog() {}

    static void broadcastDropped(Scope scope, Class<?> consumer) {
        LOG.debug(
                "connection {}: {} dropped a broadcast that came before accept; later ones are not logged",
                scope.connectionId(),
                consumer.getName());
    }

    static void notSent(Scope scope, Event event, Throwable failure) {
        LOG.debug("connection {}: {} was not sent", scope.connectionId(), event.type(), failure);
    }

    static void disconnectFailed(Scope scope, Class<?> consumer, Throwable failure) {
        LOG.error("connection {}: {}.disconnect failed", scope.connectionId(), consumer.getName(), failure);
    }

    /** Logs the failure of a stage that a callback dropped, as a warning or at level DEBUG. */
    static void dropped(Scope scope, Class<?> consumer, String method, Throwable failure, boolean warns) {
        LOG.atLevel(warns ? Level.WARN : Level.DEBUG)
                .setCause(failure)
                .log(
                        "connection {}: {}.{} dropped a stage that failed (expected: return it or handle its"
                                + " failure){}",
                        scope.connectionId(),
                        consumer.getName(),
                        method,
                        warns ? "; later ones of this connection are logged at level DEBUG" : "");
    }

    static void overdue(Scope scope, ConnectionLife connection, List<Thread> threads) {
        LOG.warn(
                "connection {}: {} is still busy with {} {} after the connection's end; {}{}",
                scope.connectionId(),
                connection.consumerClass().getName(),
                connection.activity(),
                scope.closeTimeout(),
                threads.isEmpty() ? "it is abandoned" : "it is interrupted",
                stacks(threads));
    }

    static void stuck(ConnectionLife connection, Duration limit) {
        List<Thread> threads = connection.work().threads();
        StackTraceElement[] stack =
                threads.isEmpty() ? NO_STACK : threads.get(0).getStackTrace();
        LOG.warn(
                "connection {}: {} has been busy for more than {}, {}{}",
                connection.scope().connectionId(),
                method(connection, stack),
                limit,
                threads.isEmpty() ? "waiting for its stage" : "running in",
                stacks(threads));
    }

    static void loopBlocked(@Nullable ConnectionLife connection, Thread loop, Duration limit) {
        StackTraceElement[] stack = loop.getStackTrace();
        String cause = connection == null
                ? "something"
                : "connection %s: %s".formatted(connection.scope().connectionId(), method(connection, stack));
        LOG.warn(
                "{} has blocked its event loop, and all connections on it, for more than {} in{}",
                cause,
                limit,
                stack(loop, stack));
    }

    /** Returns the outermost method of the consumer's class in the stack. The engine called this method. */
    private static String method(ConnectionLife connection, StackTraceElement[] stack) {
        for (int i = stack.length - 1; i >= 0; i--) {
            if (stack[i].getClassName().equals(connection.consumerClass().getName())) {
                return stack[i].getClassName() + "." + stack[i].getMethodName();
            }
        }
        return connection.consumerClass().getName() + "." + connection.method();
    }

    private static String stacks(List<Thread> threads) {
        return threads.stream()
                .map(thread -> stack(thread, thread.getStackTrace()))
                .collect(Collectors.joining());
    }

    private static String stack(Thread thread, StackTraceElement[] frames) {
        return Stream.of(frames)
                .map(frame -> "\n    at " + frame)
                .collect(Collectors.joining("", "\n  " + thread.getName(), ""));
    }
}
