package io.channels4j.worker;

import io.channels4j.ConnectionClosedException;
import io.channels4j.OverloadedException;
import io.channels4j.Scope;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log messages of workers. */
final class WorkerLog {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

    private WorkerLog() {}

    static void failed(Scope scope, String channel, String type, Throwable failure) {
        if (failure instanceof ConnectionClosedException) {
            return;
        }
        if (failure instanceof OverloadedException) {
            LOG.warn(
                    "connection {}: message {} of channel {} failed: {}",
                    scope.connectionId(),
                    type,
                    channel,
                    failure.getMessage());
        } else {
            LOG.error("connection {}: message {} of channel {} failed", scope.connectionId(), type, channel, failure);
        }
    }

    static void givenUp(String channel, String type, int deliveries) {
        LOG.error("channel {}: gave up on message {} after {} failed deliveries", channel, type, deliveries);
    }

    static void abandoned(String channel, String type) {
        LOG.error(
                "channel {}: message {} was dropped: the worker stopped before a thread was free for it",
                channel,
                type);
    }

    static void waits(String channel, String message) {
        LOG.warn("channel {}: a message waits: {}", channel, message);
    }

    static void unreachable(String channel, Throwable failure) {
        LOG.warn("channel {}: receiving failed and is retried: {}", channel, failure.toString());
    }

    static void reachable(String channel) {
        LOG.info("channel {}: receiving works again", channel);
    }

    static void overdue(long running, Duration drain) {
        LOG.warn("stop: {} messages are still being handled after {}; their handlers are aborted", running, drain);
    }
}
