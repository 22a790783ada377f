package io.channels4j.redis.pubsub;

import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.connection.RedisFailures;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Publishes messages to one host. Without a connection, a message fails or waits for the next connection. Waiting messages are sent in
 * order. The total size of unsent and unanswered messages is bounded.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class PublishQueue {

    /** Approximate memory used by a message in addition to its payload. */
    private static final int OVERHEAD = 256;

    /** The maximum total size of unsent and unanswered control messages, which are small. */
    private static final long MAX_URGENT_BYTES = 16L << 20;

    /** How many waiting messages are sent before other senders may take the lock. */
    private static final int BATCH = 64;

    private final boolean sharded;
    private final PublishSettings settings;
    private final Consumer<Throwable> failed;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong urgentBytes = new AtomicLong();
    private final AtomicInteger unanswered = new AtomicInteger();

    /** Whether the last reply from the host was a success. */
    private volatile boolean accepting;

    /** The connection on which messages are sent directly. Null without a connection or while other messages wait. */
    private volatile @Nullable StatefulRedisConnection<String, byte[]> direct;

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private @Nullable StatefulRedisConnection<String, byte[]> connection;
    private Throwable absence = new ConnectionLostException("not connected yet");

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

    /**
     * Creates a queue without a connection.
     *
     * @param failed a callback for each failure of a message that was sent, on the connection's thread
     */
    PublishQueue(boolean sharded, PublishSettings settings, Consumer<Throwable> failed) {
        this.sharded = sharded;
        this.settings = settings;
        this.failed = failed;
    }

    /**
     * Returns true if a sender need not wait for the reply. This requires that the last reply was a success and that not too many
     * messages are unanswered.
     */
    boolean isFlowing() {
        return accepting && direct != null && unanswered.get() <= settings.maxUnanswered();
    }

    /** Publishes a message. Completes with the number of subscribed processes. */
    CompletionStage<Long> publish(String channel, byte[] payload) {
        return publish(channel, payload, bytes, settings.maxBytes());
    }

    /** Publishes a control message. Control messages have a separate size limit, which other messages cannot exhaust. */
    CompletionStage<Long> publishUrgently(String channel, byte[] payload) {
        return publish(channel, payload, urgentBytes, MAX_URGENT_BYTES);
    }

    private CompletionStage<Long> publish(String channel, byte[] payload, AtomicLong counter, long maxBytes) {
        long cost = (long) payload.length + OVERHEAD;
        long before = counter.getAndAdd(cost);
        if (before > 0 && before + cost > maxBytes) {
            counter.addAndGet(-cost);
            return CompletableFuture.failedFuture(new ConnectionLostException(
                    "%d bytes are unsent or unanswered (expected: at most %d)".formatted(before + cost, maxBytes)));
        }
        StatefulRedisConnection<String, byte[]> now = direct;
        CompletableFuture<Long> sent = now == null ? wait(channel, payload) : send(now, channel, payload);
        if (now != null && settings.waits() && isRejected(sent)) {
            lost(now);
            sent = wait(channel, payload);
        }
        unanswered.incrementAndGet();
        return sent.whenComplete((receivers, failure) -> {
            unanswered.decrementAndGet();
            accepting = failure == null;
            counter.addAndGet(-cost);
            if (failure != null) {
                failed.accept(failure);
            }
        });
    }

    /** Returns true if a message was not sent because the connection was lost. This queue may not have been notified of the loss yet. */
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
        if (!settings.waits()) {
            return CompletableFuture.failedFuture(absence);
        }
        Waiting last = new Waiting(channel, payload);
        waiting.add(last);
        return last.sent;
    }

    /** Sends the waiting messages in order. Later messages are sent directly. */
    void connected(StatefulRedisConnection<String, byte[]> made) {
        replace(made);
        boolean more = true;
        while (more) { // releases the lock in between, for the senders
            List<Answer> answers = new ArrayList<>();
            more = sendWaiting(made, answers);
            answers.forEach(Answer::relay);
        }
    }

    private synchronized void replace(StatefulRedisConnection<String, byte[]> made) {
        connection = made;
    }

    /** A message that was sent after it had waited. */
    private record Answer(CompletableFuture<Long> reply, CompletableFuture<Long> sent) {

        /** Completes the sender's stage. Must be called without the lock, because this may run the sender's code. */
        void relay() {
            Stages.relay(reply, sent);
        }
    }

    /** Sends some of the waiting messages. Returns true if more are waiting. */
    private synchronized boolean sendWaiting(StatefulRedisConnection<String, byte[]> made, List<Answer> answers) {
        for (int i = 0; i < BATCH && connection == made; i++) {
            Waiting next = waiting.peek();
            if (next == null) {
                direct = made;
                return false;
            }
            CompletableFuture<Long> reply = send(made, next.channel, next.payload);
            if (isRejected(reply)) {
                connection = null; // the remaining messages wait for the next connection
                return false;
            }
            waiting.poll();
            answers.add(new Answer(reply, next.sent));
        }
        return connection == made;
    }

    synchronized void disconnected(Throwable cause) {
        direct = null;
        connection = null;
        absence = cause;
    }

    /** Fails the messages that have waited for longer than the given time in nanoseconds. */
    void expire(long maxWait) {
        long now = System.nanoTime();
        for (Waiting old = takeOlder(now - maxWait); old != null; old = takeOlder(now - maxWait)) {
            old.sent.completeExceptionally(absence());
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

    private synchronized Throwable absence() {
        return absence;
    }

    private CompletableFuture<Long> send(StatefulRedisConnection<String, byte[]> to, String channel, byte[] payload) {
        return (sharded ? to.async().spublish(channel, payload) : to.async().publish(channel, payload))
                .toCompletableFuture();
    }
}
