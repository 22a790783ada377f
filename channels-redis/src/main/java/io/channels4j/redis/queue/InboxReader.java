package io.channels4j.redis.queue;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.queue.store.Partition;
import io.channels4j.redis.queue.store.StreamEntries;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import io.lettuce.core.XTrimArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads this process's inbox in one partition with blocking commands on a dedicated connection. Entries are trimmed some time after they
 * have been read, many at a time. After a lost connection, the reader resumes after the last entry that it read.
 *
 * <table>
 * <caption>States</caption>
 * <tr><th>from</th><th>event</th><th>to</th></tr>
 * <tr><td>{@code IDLE}</td><td>there is a connection, and a read is sent</td><td>{@code READING}</td></tr>
 * <tr><td>{@code READING}</td><td>the read failed, or all of its entries were dispatched</td><td>{@code IDLE}</td></tr>
 * <tr><td>any</td><td>{@link #close}</td><td>{@code CLOSED}</td></tr>
 * </table>
 *
 * <p><b>Threads.</b> Entries are dispatched on the connection's thread, which also sends the next read. Everything else happens on the
 * control thread.
 */
final class InboxReader implements AutoCloseable {

    private static final int BATCH = 512;
    private static final Duration RETRY = Duration.ofMillis(200);

    /** Read entries are trimmed when their number exceeds the capacity divided by this constant, or after a delay. */
    private static final int CAPACITY_PER_TRIM = 128;

    private static final Duration MAX_TRIM_DELAY = Duration.ofMillis(100);

    private enum State {
        IDLE,
        READING,
        CLOSED
    }

    private final Partition partition;
    private final String inbox;
    private final BiFunction<byte[], Long, CompletableFuture<?>> dispatcher;
    private final Limits limits;
    private final ControlThread thread;
    private final CommandConnection connection;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private final AtomicBoolean trimScheduled = new AtomicBoolean();

    /** The number of entries that have been read since the last trim. Changed in the state {@code READING} only. */
    private int untrimmed;

    /**
     * Limits of a reader.
     *
     * @param maxBlockingTime how long a read may block in Redis
     * @param capacity the number of messages that the inbox accepts
     */
    record Limits(Duration maxBlockingTime, int capacity) {}

    /**
     * Creates a reader and opens its connection.
     *
     * @param dispatcher a function that dispatches a payload, given its age in milliseconds. The next batch is read when the futures of
     *     the current batch have completed
     */
    InboxReader(
            Partition partition,
            String process,
            BiFunction<byte[], Long, CompletableFuture<?>> dispatcher,
            Limits limits,
            ControlThread thread,
            CommandConnectionFactory connections) {
        this.partition = partition;
        this.inbox = partition.inbox(process);
        this.dispatcher = dispatcher;
        this.limits = limits;
        this.thread = thread;
        this.connection = connections.to(partition.host(), new CommandConnection.Listener() {
            @Override
            public void connected() {
                read();
            }

            @Override
            public void disconnected(Throwable cause) {}
        });
        connection.open();
    }

    @SuppressWarnings("unchecked") // an array of a generic type
    private void read() {
        if (!connection.isConnected() || !state.compareAndSet(State.IDLE, State.READING)) {
            return;
        }
        XReadArgs args = XReadArgs.Builder.block(limits.maxBlockingTime()).count(BATCH);
        Stages.ignore(connection
                .send(to -> to.xread(args, XReadArgs.StreamOffset.from(bytes(inbox), partition.lastRead())))
                .whenComplete((messages, failure) -> {
                    if (messages == null) {
                        thread.execute(() -> readFailed(failure));
                    } else {
                        dispatch(messages);
                    }
                }));
    }

    private void readFailed(@Nullable Throwable failure) {
        readCompleted();
        if (failure instanceof RedisCommandTimeoutException) {
            connection.reset(failure);
        } else {
            thread.schedule(RETRY, this::read);
        }
    }

    private void readCompleted() {
        state.compareAndSet(State.READING, State.IDLE);
    }

    /** Dispatches a batch, on the connection's thread. */
    private void dispatch(List<StreamMessage<byte[], byte[]>> entries) {
        List<CompletableFuture<?>> incomplete = new ArrayList<>();
        for (StreamMessage<byte[], byte[]> entry : entries) {
            partition.setLastRead(entry.getId());
            long age = ageMillis(entry);
            for (byte[] message : StreamEntries.messages(entry)) {
                CompletableFuture<?> dispatched = dispatcher.apply(message, age);
                if (!dispatched.isDone()) {
                    incomplete.add(dispatched);
                }
            }
        }
        trimLater(entries.size());
        if (incomplete.isEmpty()) {
            readNext();
        } else {
            Stages.ignore(CompletableFuture.allOf(incomplete.toArray(CompletableFuture<?>[]::new))
                    .whenComplete((nothing, failure) -> thread.execute(this::readNext)));
        }
    }

    private void readNext() {
        readCompleted();
        read();
    }

    private void trimLater(int entries) {
        untrimmed += entries;
        if (untrimmed > limits.capacity() / CAPACITY_PER_TRIM) {
            untrimmed = 0;
            trim();
        } else if (entries > 0 && trimScheduled.compareAndSet(false, true)) {
            thread.schedule(MAX_TRIM_DELAY, () -> {
                trimScheduled.set(false);
                trim();
            });
        }
    }

    private void trim() {
        XTrimArgs read = XTrimArgs.Builder.minId(StreamEntries.next(partition.lastRead()));
        Stages.ignore(partition.connection().send(to -> to.xtrim(bytes(inbox), read)));
    }

    private long ageMillis(StreamMessage<byte[], byte[]> entry) {
        return partition.clock() - StreamEntries.millis(entry.getId());
    }

    /** Completes when the connection is closed. */
    CompletableFuture<?> ended() {
        return connection.whenClosed();
    }

    @Override
    public void close() {
        state.set(State.CLOSED);
        connection.close();
    }
}
