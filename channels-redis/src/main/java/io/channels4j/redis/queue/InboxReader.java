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
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Reads this process's inbox in one partition with blocking commands on a dedicated connection. Entries are trimmed after they have been
 * read. After a lost connection, the reader resumes after the last entry that it read.
 *
 * <p><b>Threads.</b> Confined to the control thread; entries are dispatched on the connection's thread.
 */
final class InboxReader implements AutoCloseable {

    private static final int BATCH = 256;
    private static final Duration RETRY = Duration.ofMillis(200);

    private enum State {
        IDLE,
        READING,
        CLOSED
    }

    private final Partition partition;
    private final String inbox;
    private final BiFunction<byte[], Long, CompletableFuture<?>> dispatcher;
    private final Duration maxBlockingTime;
    private final ControlThread thread;
    private final CommandConnection connection;
    private volatile String lastId = "0-0";
    private State state = State.IDLE;

    /**
     * Creates a reader and opens its connection.
     *
     * @param dispatcher a function that dispatches a payload that was in the inbox for the given number of milliseconds. The next
     *     batch is read when the futures of the current batch have completed
     */
    InboxReader(
            Partition partition,
            String process,
            BiFunction<byte[], Long, CompletableFuture<?>> dispatcher,
            Duration maxBlockingTime,
            ControlThread thread,
            CommandConnectionFactory connections) {
        this.partition = partition;
        this.inbox = partition.inbox(process);
        this.dispatcher = dispatcher;
        this.maxBlockingTime = maxBlockingTime;
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
        if (state != State.IDLE || !connection.isConnected()) {
            return;
        }
        state = State.READING;
        XReadArgs args = XReadArgs.Builder.block(maxBlockingTime).count(BATCH);
        Stages.ignore(connection
                .send(to -> to.xread(args, XReadArgs.StreamOffset.from(bytes(inbox), lastId)))
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
        if (state == State.READING) {
            state = State.IDLE;
        }
    }

    /** Dispatches a batch, on the connection's thread. */
    private void dispatch(List<StreamMessage<byte[], byte[]>> messages) {
        List<CompletableFuture<?>> incomplete = new ArrayList<>();
        for (StreamMessage<byte[], byte[]> message : messages) {
            lastId = message.getId();
            CompletableFuture<?> dispatched = dispatcher.apply(StreamEntries.payload(message), ageMillis(message));
            if (!dispatched.isDone()) {
                incomplete.add(dispatched);
            }
        }
        if (!messages.isEmpty()) {
            trim();
        }
        Stages.ignore(CompletableFuture.allOf(incomplete.toArray(CompletableFuture<?>[]::new))
                .whenComplete((nothing, failure) -> thread.execute(() -> {
                    readCompleted();
                    read();
                })));
    }

    private void trim() {
        XTrimArgs read = XTrimArgs.Builder.minId(StreamEntries.next(lastId));
        Stages.ignore(partition.connection().send(to -> to.xtrim(bytes(inbox), read)));
    }

    private long ageMillis(StreamMessage<byte[], byte[]> message) {
        return partition.clock() - StreamEntries.millis(message.getId());
    }

    /** Completes when the connection is closed. */
    CompletableFuture<?> ended() {
        return connection.whenClosed();
    }

    @Override
    public void close() {
        state = State.CLOSED;
        connection.close();
    }
}
