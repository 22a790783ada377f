package io.channels4j.redis.django.store;

import io.channels4j.internal.Stages;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.command.RedisScript;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.ProbeLag;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One host: its command connection, and a probe about once a second that measures its lag. The connection is replaced if the server does
 * not reply in time or has become a replica.
 *
 * <p><b>Threads.</b> {@link #run}, {@link #send}, {@link #index}, {@link #lag} and {@link #isConnected} are thread-safe. All other
 * methods are confined to the control thread.
 */
public final class DjangoHost implements AutoCloseable {

    /** How long a probe may be unanswered until the host counts as unavailable. */
    private static final Duration MAX_LAG = Duration.ofSeconds(2);

    private final int index;
    private final CommandConnection connection;
    private final ControlThread thread;
    private final Listener listener;
    private volatile long probeSent;
    private volatile boolean probing;
    private final ProbeLag lag = new ProbeLag();
    private @Nullable Throwable refused;

    /** A listener that is notified on the control thread. */
    public interface Listener {

        /** The host is reachable after the connection was established. */
        void connected(DjangoHost host);

        /** The connection was lost, or an attempt to connect failed. */
        void disconnected(DjangoHost host, Throwable cause);

        /** The answer to a probe has arrived or is overdue. */
        void probed(DjangoHost host);
    }

    /** Creates a host without connecting it. */
    public DjangoHost(int index, CommandConnectionFactory connections, ControlThread thread, Listener listener) {
        this.index = index;
        this.thread = thread;
        this.listener = listener;
        this.connection = connections.to(index, new CommandConnection.Listener() {
            @Override
            public void connected() {
                probing = false;
                listener.connected(DjangoHost.this);
            }

            @Override
            public void disconnected(Throwable cause) {
                listener.disconnected(DjangoHost.this, cause);
            }
        });
    }

    public int index() {
        return index;
    }

    public void open() {
        connection.open();
    }

    /** Runs a script. Repeats it if it was not executed; see {@link CommandConnection#run}. */
    public CompletableFuture<List<Object>> run(RedisScript script, List<String> keys, byte[]... values) {
        return checked(connection.run(script, keys, values));
    }

    /** Sends a request. Fails immediately while there is no connection. */
    public <T> CompletableFuture<T> send(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> request) {
        return checked(connection.send(request));
    }

    private <T> CompletableFuture<T> checked(CompletableFuture<T> reply) {
        return reply.whenComplete((answer, failure) -> {
            if (failure != null && isSilent(failure)) {
                thread.execute(() -> connection.reset(Stages.unwrap(failure)));
            }
        });
    }

    /** Returns true if the server did not reply in time. (Other reasons to reconnect are in the connection's table of error replies.) */
    public static boolean isSilent(Throwable failure) {
        return Stages.unwrap(failure) instanceof RedisCommandTimeoutException;
    }

    /** Sends a probe unless one is unanswered. */
    public void probe() {
        if (!probing) {
            lag.probed();
        }
        if (probing || !connection.isConnected()) {
            listener.probed(this);
            return;
        }
        probing = true;
        probeSent = System.nanoTime();
        Stages.ignore(send(to -> to.ping())
                .whenComplete((pong, failure) -> thread.execute(() -> {
                    probing = false;
                    refused = failure == null ? null : Stages.unwrap(failure);
                    if (failure == null) {
                        lag.answered();
                    }
                    listener.probed(this);
                })));
    }

    /** Returns the delay of the host; see {@link ProbeLag}. */
    public Duration lag() {
        return lag.lag();
    }

    /** Returns true if the host is connected and has answered the last probe in time. */
    public boolean isAvailable() {
        return connection.isConnected() && refused == null && silence() == null;
    }

    public boolean isConnected() {
        return connection.isConnected();
    }

    /** Returns why the host is unavailable, if that is known. */
    public @Nullable Throwable failure() {
        if (refused != null) {
            return refused;
        }
        Throwable disconnected = connection.failure();
        return disconnected == null ? silence() : disconnected;
    }

    private @Nullable Throwable silence() {
        Duration waiting = probing ? Duration.ofNanos(System.nanoTime() - probeSent) : Duration.ZERO;
        return waiting.compareTo(MAX_LAG) > 0
                ? new ConnectionLostException("no answer for %d ms".formatted(waiting.toMillis()))
                : null;
    }

    /** Completes when the connection is closed. */
    public CompletableFuture<Void> whenClosed() {
        return connection.whenClosed();
    }

    @Override
    public void close() {
        connection.close();
    }
}
