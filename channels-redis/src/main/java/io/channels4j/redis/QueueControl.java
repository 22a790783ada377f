package io.channels4j.redis;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.control.ControlTransport;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.queue.QueueTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Adds control messages to the inboxes of other processes. A dead process stays a member until its lease expires, so the time-out for
 * confirmations is longer than the lease.
 */
record QueueControl(String process, QueueTransport queues, ControlThread thread, Duration lease)
        implements ControlTransport {

    private static final Duration MIN_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration AFTER_LEASE = Duration.ofSeconds(10);

    @Override
    public CompletionStage<Integer> send(String group, Message message) {
        try {
            return queues.sendControl(group, message)
                    .exceptionallyCompose(failure -> CompletableFuture.failedFuture(RedisFailures.unavailable(
                            "send to group " + group, "only this process has the message", failure)));
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<Void> confirmed(String group) {
        return queues.confirmed(group);
    }

    @Override
    public Duration timeout() {
        Duration time = lease.plus(AFTER_LEASE);
        return time.compareTo(MIN_TIMEOUT) < 0 ? MIN_TIMEOUT : time;
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        return thread.schedule(delay, task)::cancel;
    }

    @Override
    public ChannelsException unconfirmed(String text) {
        return new LayerUnavailableException(text, null);
    }
}
