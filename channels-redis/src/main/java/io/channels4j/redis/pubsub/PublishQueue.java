package io.channels4j.redis.pubsub;

import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.connection.RedisFailures;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What goes out to one host: at once while there is a connection; else it fails, or waits for the connection and then goes in its
 * order. Bounded by bytes, together with what Redis has not answered yet.
 */
final class PublishQueue {

    /** What a message costs besides its bytes, about. */
    private static final int OVERHEAD = 256;

    private final boolean sharded;
    private final PublishSettings sending;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger unanswered = new AtomicInteger();

    /** Whether the last that is known of the host is that it took a message. */
    private volatile boolean answers;

    /** Where to send at once; null while there is no connection or others wait. */
    private volatile @Nullable StatefulRedisConnection<String, byte[]> direct;

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable StatefulRedisConnection<String, byte[]> connection;
    private Throwable why = new ConnectionLostException("not connected yet");

    private static final class Waiting {

        final String channel;
        final byte[] payload;
        final CompletableFuture<Long> sent = new CompletableFuture<>();
        final long since = System.nanoTime();

        Waiting(String channel, byte[] payload) {
            this.channel = channel;
            this.payload = payload;
        }
    }

    PublishQueue(boolean sharded, PublishSettings sending) {
        this.sharded = sharded;
        this.sending = sending;
    }

    /** Tells whether what is published now is as good as sent, so that nobody need wait for the answer. */
    boolean flows() {
        return answers && direct != null && unanswered.get() <= sending.mostUnanswered();
    }

    /** Publishes; completes with the number of processes that Redis passed it to. */
    CompletableFuture<Long> publish(String channel, byte[] payload) {
        long cost = (long) payload.length + OVERHEAD;
        long before = bytes.getAndAdd(cost);
        if (before > 0 && before + cost > sending.mostBytes()) {
            bytes.addAndGet(-cost);
            return CompletableFuture.failedFuture(
                    new ConnectionLostException("%d bytes wait to be sent or answered already".formatted(before)));
        }
        StatefulRedisConnection<String, byte[]> now = direct;
        CompletableFuture<Long> sent = now == null ? wait(channel, payload) : send(now, channel, payload);
        if (now != null && sending.waits() && isRejected(sent)) {
            lost(now);
            sent = wait(channel, payload);
        }
        unanswered.incrementAndGet();
        return sent.whenComplete((receivers, failure) -> {
            unanswered.decrementAndGet();
            answers = failure == null;
            bytes.addAndGet(-cost);
        });
    }

    /** Tells whether a message was not sent, because the connection is gone though nobody said so here yet. */
    private static boolean isRejected(CompletableFuture<Long> sent) {
        return sent.isCompletedExceptionally()
                && RedisFailures.isRejected(
                        sent.handle((receivers, failure) -> failure).join());
    }

    private synchronized void lost(StatefulRedisConnection<String, byte[]> gone) {
        if (connection == gone) {
            direct = null;
            connection = null;
        }
    }

    private synchronized CompletableFuture<Long> wait(String channel, byte[] payload) {
        if (connection != null && waiting.isEmpty()) {
            return send(connection, channel, payload);
        }
        if (!sending.waits()) {
            return CompletableFuture.failedFuture(why);
        }
        Waiting last = new Waiting(channel, payload);
        waiting.add(last);
        return last.sent;
    }

    /** Sends what waited, in its order, and from then on at once. */
    synchronized void connected(StatefulRedisConnection<String, byte[]> made) {
        connection = made;
        for (Waiting next = waiting.peek(); next != null; next = waiting.peek()) {
            CompletableFuture<Long> sent = send(made, next.channel, next.payload);
            if (isRejected(sent)) {
                connection = null; // and the rest waits for the next one
                return;
            }
            waiting.poll();
            Stages.relay(sent, next.sent);
        }
        direct = made;
    }

    synchronized void disconnected(Throwable cause) {
        direct = null;
        connection = null;
        why = cause;
    }

    /** Gives up what has waited for longer than a time, in nanoseconds. */
    void expire(long longest) {
        long now = System.nanoTime();
        for (Waiting old = takeOlder(now - longest); old != null; old = takeOlder(now - longest)) {
            old.sent.completeExceptionally(why());
        }
    }

    void close() {
        disconnected(new ConnectionLostException("the layer is closed"));
        expire(Long.MIN_VALUE / 2);
    }

    private synchronized @Nullable Waiting takeOlder(long than) {
        Waiting first = waiting.peek();
        return first != null && first.since - than < 0 ? waiting.poll() : null;
    }

    private synchronized Throwable why() {
        return why;
    }

    private CompletableFuture<Long> send(StatefulRedisConnection<String, byte[]> to, String channel, byte[] payload) {
        return (sharded ? to.async().spublish(channel, payload) : to.async().publish(channel, payload))
                .toCompletableFuture();
    }
}
