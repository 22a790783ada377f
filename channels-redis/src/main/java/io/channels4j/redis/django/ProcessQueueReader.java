package io.channels4j.redis.django;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerListener.DropReason;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.django.store.DjangoCodec;
import io.channels4j.redis.django.store.DjangoCounters;
import io.channels4j.redis.django.store.DjangoHost;
import io.channels4j.redis.django.store.DjangoScript;
import io.channels4j.redis.django.store.DjangoSettings;
import io.lettuce.core.KeyValue;
import io.lettuce.core.ScoredValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads this process's queue on one host, over a separate connection. Messages are read in batches and removed with the next read, so
 * that a broken connection loses none. An empty queue is read with {@code BZPOPMIN}, whose reply can be lost with the connection. After a
 * reconnect, the listener is therefore notified of a possible loss.
 *
 * <p>Django selects the host for a direct message by the full channel name, so messages can arrive on any host. This library therefore
 * uses one reader per host.
 *
 * <p><b>Threads.</b> Confined to the control thread; messages are dispatched on the connection's thread.
 */
final class ProcessQueueReader implements AutoCloseable {

    private static final byte[] MAX_ENTRIES = bytes(256);
    private static final byte[] MAX_BYTES = bytes(1 << 20);
    private static final Duration RETRY = Duration.ofMillis(200);

    private enum State {
        IDLE,
        READING,
        CLOSED
    }

    private final DjangoSettings settings;
    private final String key;
    private final Function<DjangoCodec.Received, CompletableFuture<?>> dispatcher;
    private final DjangoCounters counters;
    private final ControlThread thread;
    private final Listener listener;
    private final CommandConnection connection;
    private volatile List<byte[]> read = List.of();
    private State state = State.IDLE;
    private boolean lossPossible;

    /** A listener that is notified on the control thread, unless noted otherwise. */
    interface Listener {

        /**
         * The reader is connected.
         *
         * @param lossPossible whether a message may have been lost since the reader was last connected
         */
        void connected(boolean lossPossible);

        /** The connection was lost, or an attempt to connect failed. */
        void disconnected(Throwable cause);

        /** Messages expired before they were read. */
        void expired();

        /** A message could not be read. Called on the connection's thread. */
        void unreadable();
    }

    ProcessQueueReader(
            DjangoSettings settings,
            int host,
            String key,
            Function<DjangoCodec.Received, CompletableFuture<?>> dispatcher,
            DjangoCounters counters,
            ControlThread thread,
            CommandConnectionFactory connections,
            Listener listener) {
        this.settings = settings;
        this.key = key;
        this.dispatcher = dispatcher;
        this.counters = counters;
        this.thread = thread;
        this.listener = listener;
        this.connection = connections.to(host, new CommandConnection.Listener() {
            @Override
            public void connected() {
                listener.connected(lossPossible);
                lossPossible = true; // from now on, until it is closed
                read();
            }

            @Override
            public void disconnected(Throwable cause) {
                listener.disconnected(cause);
            }
        });
    }

    void open() {
        connection.open();
    }

    boolean isConnected() {
        return connection.isConnected();
    }

    private void read() {
        if (state != State.IDLE || !connection.isConnected()) {
            return;
        }
        state = State.READING;
        List<byte[]> removed = read;
        byte[][] values = new byte[3 + removed.size()][];
        values[0] = bytes(DjangoSettings.text(settings.limits().expiry()));
        values[1] = MAX_ENTRIES;
        values[2] = MAX_BYTES;
        for (int i = 0; i < removed.size(); i++) {
            values[3 + i] = removed.get(i);
        }
        Stages.ignore(connection
                .run(DjangoScript.READ_PROCESS_QUEUE, List.of(key), values)
                .whenComplete((reply, failure) -> {
                    if (failure == null) {
                        readCompleted(reply);
                    } else {
                        thread.execute(() -> readFailed(failure));
                    }
                }));
    }

    /** Dispatches a batch, on the connection's thread. */
    private void readCompleted(List<Object> reply) {
        List<byte[]> ids = new ArrayList<>();
        List<CompletableFuture<?>> incomplete = new ArrayList<>();
        for (Object entry : reply.subList(1, reply.size())) {
            ids.add(DjangoCodec.id((byte[]) entry));
            dispatch((byte[]) entry, incomplete);
        }
        read = ids;
        long expired = (long) reply.get(0);
        boolean empty = ids.isEmpty();
        thenOnThread(incomplete, () -> {
            if (expired > 0) {
                counters.countExpired(expired);
                listener.expired();
            }
            if (empty && state == State.READING && connection.isConnected()) {
                block();
            } else {
                readAgain();
            }
        });
    }

    private void block() {
        Stages.ignore(connection
                .send(to -> to.bzpopmin(settings.blockingSeconds(), bytes(key)))
                .whenComplete((popped, failure) -> {
                    if (failure == null) {
                        popped(popped);
                    } else {
                        thread.execute(() -> readFailed(failure));
                    }
                }));
    }

    private void popped(@Nullable KeyValue<byte[], ScoredValue<byte[]>> popped) {
        List<CompletableFuture<?>> incomplete = new ArrayList<>();
        if (popped != null && popped.hasValue()) {
            dispatch(popped.getValue().getValue(), incomplete);
        }
        thenOnThread(incomplete, this::readAgain);
    }

    private void dispatch(byte[] entry, List<CompletableFuture<?>> incomplete) {
        try {
            DjangoCodec.Received message = settings.codec().read(entry);
            counters.countReceived();
            CompletableFuture<?> dispatched = dispatcher.apply(message);
            if (!dispatched.isDone()) {
                incomplete.add(dispatched);
            }
        } catch (RuntimeException e) {
            counters.countMalformed(key, e);
            counters.countDropped(DropReason.UNREADABLE, 1);
            listener.unreadable();
        }
    }

    private void thenOnThread(List<CompletableFuture<?>> incomplete, Runnable task) {
        Stages.ignore(CompletableFuture.allOf(incomplete.toArray(CompletableFuture<?>[]::new))
                .whenComplete((nothing, failure) -> thread.execute(task)));
    }

    private void readAgain() {
        if (state == State.READING) {
            state = State.IDLE;
        }
        read();
    }

    private void readFailed(Throwable failure) {
        if (state == State.READING) {
            state = State.IDLE;
        }
        if (DjangoHost.isSilent(failure)) {
            connection.reset(Stages.unwrap(failure));
        } else {
            thread.schedule(RETRY, this::read);
        }
    }

    /** Replaces the connection, for example because the host does not answer on another one. */
    void reset(Throwable cause) {
        connection.reset(cause);
    }

    /** Completes when the connection is closed. */
    CompletableFuture<Void> whenClosed() {
        return connection.whenClosed();
    }

    @Override
    public void close() {
        state = State.CLOSED;
        connection.close();
    }
}
