package io.channels4j.redis;

import io.channels4j.ChannelsException;
import io.channels4j.Message;
import io.channels4j.control.ControlTransport;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.django.DjangoTransport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Sends control messages through the queues of processes. Only processes with this library receive them. A dead process stays a member
 * until its lease expires, so the time-out for confirmations is longer than the lease.
 */
record DjangoControl(String process, DjangoTransport transport, ControlThread thread, Duration lease)
        implements ControlTransport {

    private static final Duration AFTER_LEASE = Duration.ofSeconds(10);

    @Override
    public CompletionStage<Integer> send(String group, Message message) {
        try {
            return transport
                    .toControlGroup(group, message)
                    .exceptionallyCompose(failure -> CompletableFuture.failedFuture(RedisFailures.unavailable(
                            "send to group " + group, "only this process has the message", failure)));
        } catch (ChannelsException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletionStage<Void> confirmed(String group) {
        return transport.groups().controlConfirmed(group);
    }

    @Override
    public Duration timeout() {
        return lease.plus(AFTER_LEASE);
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
