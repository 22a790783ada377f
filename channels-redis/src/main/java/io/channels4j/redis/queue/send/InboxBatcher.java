package io.channels4j.redis.queue.send;

import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.QueueCounters;
import io.channels4j.redis.queue.store.QueueSettings;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sends the messages of one partition to groups and processes, in order. While one script call is in flight, further messages wait and
 * are sent together in the next call. A call that was not executed is repeated within limits. Messages that were not sent because the
 * known members of their group were outdated are sent first in the next call.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>from</th><th>event</th><th>to</th></tr>
 * <tr><td>{@code IDLE}</td><td>a message is submitted</td><td>{@code SENDING}</td></tr>
 * <tr><td>{@code SENDING}</td><td>the reply arrived and no message waits</td><td>{@code IDLE}</td></tr>
 * <tr><td>{@code SENDING}</td><td>the call was not executed and is repeated later</td><td>{@code WAITING}</td></tr>
 * <tr><td>{@code WAITING}</td><td>the pause has ended or there is a connection</td><td>{@code SENDING}</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Thread-safe. No lock is held while messages are sent or their outcomes are completed. The thread that caused the
 * transition to {@code SENDING} owns the known receivers until the next transition.
 */
final class InboxBatcher {

    private static final int MAX_ATTEMPTS = 100;

    /** The number of batches after which sending makes room for other tasks of the thread. */
    private static final int MAX_PER_TURN = 50;

    private static final Duration PAUSE = Duration.ofMillis(30);
    private static final Duration MAX_WAIT_FOR_OPENING = Duration.ofSeconds(1);
    private static final Duration MAX_WAIT_FOR_MIGRATION = Duration.ofSeconds(10);

    private enum State {
        /** No message waits. */
        IDLE,
        /** A call is in flight, or about to be sent. */
        SENDING,
        /** The last call was not executed. The next one is sent after a pause or when there is a connection. */
        WAITING
    }

    private final Partition partition;
    private final QueueSettings settings;
    private final int inboxCapacity;
    private final Executor executor;
    private final QueueCounters counters;
    private final KnownReceivers known;

    /** The waiting messages. Guarded by this, like the state. */
    private final Deque<InboxMessage> waiting = new ArrayDeque<>();

    private State state = State.IDLE;

    /**
     * Creates a batcher.
     *
     * @param inboxCapacity the number of messages that an inbox accepts
     * @param executor the executor for failures and repeated calls, which would otherwise delay the thread of a broken connection
     */
    InboxBatcher(
            Partition partition, QueueSettings settings, int inboxCapacity, Executor executor, QueueCounters counters) {
        this.partition = partition;
        this.settings = settings;
        this.inboxCapacity = inboxCapacity;
        this.known = new KnownReceivers(inboxCapacity);
        this.executor = executor;
        this.counters = counters;
    }

    void submit(InboxMessage message) {
        synchronized (this) {
            waiting.add(message);
            if (state != State.IDLE) {
                return;
            }
            state = State.SENDING;
        }
        send();
    }

    /** Sends batches until one is in flight or no message waits. */
    private void send() {
        for (int i = 0; i < MAX_PER_TURN; i++) {
            InboxBatch batch = nextBatch();
            if (batch == null || !completedImmediately(batch)) {
                return;
            }
        }
        executor.execute(this::send);
    }

    private synchronized @Nullable InboxBatch nextBatch() {
        InboxBatch batch = new InboxBatch(partition, known);
        for (InboxMessage message = waiting.peek(); message != null && batch.add(message); message = waiting.peek()) {
            waiting.remove();
        }
        if (batch.isEmpty()) {
            state = State.IDLE;
            return null;
        }
        return batch;
    }

    /** Sends a batch. Returns true if the next one can be sent immediately. */
    private boolean completedImmediately(InboxBatch batch) {
        CommandConnection.ReplicatedReply reply;
        try {
            reply = batch.send(settings, inboxCapacity);
        } catch (RuntimeException | Error e) {
            fail(batch.messages(), e);
            return true;
        }
        batch.messages().stream().filter(message -> message.attempts > 1).forEach(message -> counters.countRetry());
        CompletableFuture<List<Object>> executed = reply.executed();
        if (executed.isCompletedExceptionally()) {
            return failed(
                    batch,
                    Stages.unwrap(executed.handle((answer, failure) -> failure).join()));
        }
        Stages.ignore(executed.whenComplete((answer, failure) -> {
            if (failure == null) {
                executed(batch, answer, reply.replicated());
            } else {
                executor.execute(() -> {
                    if (failed(batch, Stages.unwrap(failure))) {
                        send();
                    }
                });
            }
        }));
        return false;
    }

    private void executed(InboxBatch batch, List<Object> answer, CompletableFuture<?> replicated) {
        InboxBatch.Result result;
        try {
            result = batch.result(answer);
            returnToQueue(outdated(batch, result));
        } catch (RuntimeException | Error e) { // a reply that cannot be interpreted must not block later messages
            fail(batch.messages(), e);
            send();
            return;
        }
        send();
        counters.countDropped(DropReason.EXPIRED, result.expired());
        Stages.ignore(replicated.whenComplete((nothing, thrown) -> {
            Throwable failure = thrown == null ? null : Stages.unwrap(thrown);
            for (int i = 0; i < batch.messages().size(); i++) {
                InboxMessage.Outcome outcome = result.outcomes().get(i);
                if (outcome != null) {
                    Stages.complete(batch.messages().get(i).outcome(), outcome, failure);
                }
            }
        }));
    }

    /** Returns the messages to send again because the known members of their groups were outdated. Fails those with too many attempts. */
    private List<InboxMessage> outdated(InboxBatch batch, InboxBatch.Result result) {
        List<InboxMessage> outdated = new ArrayList<>();
        for (int i = 0; i < batch.messages().size(); i++) {
            InboxMessage message = batch.messages().get(i);
            if (result.outcomes().get(i) == null) {
                if (message.attempts < MAX_ATTEMPTS) {
                    outdated.add(message);
                } else {
                    executor.execute(() -> fail(List.of(message), tooManyAttempts(message)));
                }
            }
        }
        return outdated;
    }

    private static ConnectionLostException tooManyAttempts(InboxMessage message) {
        return new ConnectionLostException("the group changed during %d attempts".formatted(message.attempts));
    }

    /** Handles the failure of a call. Returns true if the next batch can be sent immediately. */
    private boolean failed(InboxBatch batch, Throwable failure) {
        CommandConnection connection = partition.connection();
        if (CommandConnection.isUnknown(failure)) {
            List<InboxMessage> again = batch.messages().stream()
                    .filter(message -> message.attempts < MAX_ATTEMPTS)
                    .toList();
            returnToQueue(again);
            fail(without(batch.messages(), again), failure);
            return true;
        }
        if (CommandConnection.isMoving(failure)) {
            return retriedLater(batch, MAX_WAIT_FOR_MIGRATION, false, failure);
        }
        if (connection.isOpening(failure)) {
            Duration limit = settings.sendTimeout();
            return retriedLater(
                    batch, limit.compareTo(MAX_WAIT_FOR_OPENING) < 0 ? MAX_WAIT_FOR_OPENING : limit, false, failure);
        }
        if (CommandConnection.isNotSent(failure)) {
            return retriedLater(batch, settings.sendTimeout(), true, failure);
        }
        fail(batch.messages(), failure);
        return true;
    }

    private static List<InboxMessage> without(List<InboxMessage> all, List<InboxMessage> some) {
        return all.stream().filter(message -> !some.contains(message)).toList();
    }

    /**
     * Fails the messages of a batch that are older than the limit. Sends the others after a pause or when there is a connection. Returns
     * true if there are no others; the next batch can then be sent immediately.
     */
    private boolean retriedLater(InboxBatch batch, Duration limit, boolean untilConnected, Throwable failure) {
        List<InboxMessage> later = batch.messages().stream()
                .filter(message -> message.ageNanos() < limit.toNanos())
                .toList();
        returnToQueue(later);
        fail(without(batch.messages(), later), failure);
        if (later.isEmpty()) {
            return true;
        }
        synchronized (this) {
            state = State.WAITING;
        }
        CommandConnection connection = partition.connection();
        long remaining = limit.toNanos() - later.get(0).ageNanos();
        CompletableFuture<?> end = untilConnected && !connection.isConnected()
                ? connection
                        .whenConnected()
                        .thenApply(up -> up)
                        .completeOnTimeout(Stages.NOTHING, Math.max(remaining, PAUSE.toNanos()), TimeUnit.NANOSECONDS)
                : new CompletableFuture<>().completeOnTimeout(true, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
        Stages.ignore(end.whenComplete((nothing, never) -> executor.execute(this::resume)));
        return false;
    }

    private void resume() {
        synchronized (this) {
            state = State.SENDING;
        }
        send();
    }

    private synchronized void returnToQueue(List<InboxMessage> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            waiting.addFirst(messages.get(i));
        }
    }

    private static void fail(List<InboxMessage> messages, Throwable failure) {
        messages.forEach(message -> message.outcome().completeExceptionally(failure));
    }
}
