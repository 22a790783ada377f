package io.channels4j.engine;

import io.channels4j.Event;
import io.channels4j.Scope;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the engine has to say to those who run it, one logger for all consumers. */
final class EngineLog {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.consumer");

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

    static void overdue(Scope scope, Class<?> consumer, String work, List<Thread> workers) {
        StringBuilder stacks = new StringBuilder();
        for (Thread worker : workers) {
            stacks.append("\n  ").append(worker.getName());
            for (StackTraceElement frame : worker.getStackTrace()) {
                stacks.append("\n    at ").append(frame);
            }
        }
        LOG.warn(
                "connection {}: {} is still busy with {} {} after the connection's end; {}{}",
                scope.connectionId(),
                consumer.getName(),
                work,
                scope.closeTimeout(),
                workers.isEmpty() ? "it is abandoned" : "it is interrupted",
                stacks);
    }
}
