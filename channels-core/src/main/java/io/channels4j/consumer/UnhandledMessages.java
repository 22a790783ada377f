package io.channels4j.consumer;

import io.channels4j.Message;
import io.channels4j.Scope;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the messages that the consumers of one class ignore. Logs the first one of each type, for up to 100 types.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class UnhandledMessages {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.consumer");

    /** Types come from other processes, so the number of logged types is limited. */
    private static final int MAX_LOGGED_TYPES = 100;

    private static final ClassValue<UnhandledMessages> BY_CLASS = new ClassValue<>() {
        @Override
        protected UnhandledMessages computeValue(Class<?> consumer) {
            return new UnhandledMessages();
        }
    };

    private final Set<String> logged = ConcurrentHashMap.newKeySet();
    private final LongAdder count = new LongAdder();

    private UnhandledMessages() {}

    static UnhandledMessages of(Class<?> consumer) {
        return BY_CLASS.get(consumer);
    }

    /** Counts a message and logs the first one of its type. */
    void ignored(Class<?> consumer, Scope scope, Message message, String reason) {
        count.increment();
        if (logged.size() < MAX_LOGGED_TYPES && logged.add(message.type())) {
            LOG.warn(
                    "connection {}: {} ignored message {}: {}; further messages of this type are only counted",
                    scope.connectionId(),
                    consumer.getName(),
                    message.type(),
                    reason);
        }
    }

    long count() {
        return count.sum();
    }
}
