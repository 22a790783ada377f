package io.channels4j.redis.command;

import io.channels4j.internal.Backoff;
import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.ErrorReply;
import io.channels4j.redis.connection.ErrorReply.Reaction;
import io.channels4j.redis.connection.ReconnectingConnection;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.connection.ServerRole;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs commands and scripts over a {@link ReconnectingConnection} to one host or to a cluster. After the server has run a script once,
 * only the hash of the script is sent.
 *
 * <p><b>Threads.</b> Thread-safe; {@link #open}, {@link #reset}, {@link #close} and {@link #whenClosed} must be called on the control
 * thread.
 */
public final class CommandConnection implements AutoCloseable {

    private static final Duration RETRY_PAUSE = Duration.ofMillis(50);
    private static final int MAX_RETRIES = 100;

    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);
    private static final Duration REFUSAL_LASTS = Duration.ofSeconds(3);

    private final ControlThread control;
    private final ClusterNodes nodes;
    private final Listener listener;
    private final boolean verifiesRole;
    private final ReconnectingConnection<StatefulConnection<byte[], byte[]>> connection;

    /** The scripts that are known to be cached by the server. */
    private final Set<RedisScript> loaded = ConcurrentHashMap.newKeySet();

    private final Map<RedisClusterAsyncCommands<byte[], byte[]>, ReplicaCheck> checks = new ConcurrentHashMap<>();

    private volatile @Nullable Throwable refusal;
    private volatile long refusedAt;
    private boolean asking;

    /** A listener that is notified of connection changes on the control thread. */
    public interface Listener {

        /** The connection was established. */
        void connected();

        /** The connection was lost, or an attempt to connect failed. */
        void disconnected(Throwable cause);

        /**
         * The server has refused a command with an error reply that {@link ErrorReply} maps to a state. {@link #failure} returns the
         * cause until the server has not refused a command for a few seconds.
         */
        default void refused(Throwable cause) {}

        /** The server has not refused a command for a few seconds. */
        default void accepted() {}
    }

    CommandConnection(
            Supplier<? extends CompletionStage<? extends StatefulConnection<byte[], byte[]>>> connector,
            ControlThread control,
            Backoff backoff,
            Listener listener,
            ClusterNodes nodes,
            boolean verifiesRole) {
        this.control = control;
        this.nodes = nodes;
        this.listener = listener;
        this.verifiesRole = verifiesRole;
        this.connection = new ReconnectingConnection<>(connector, control, backoff, new Forwarding(listener));
    }

    private final class Forwarding implements ReconnectingConnection.Listener<StatefulConnection<byte[], byte[]>> {

        private final Listener listener;

        Forwarding(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void connected(StatefulConnection<byte[], byte[]> made) {
            listener.connected();
        }

        @Override
        public void disconnected(Throwable cause) {
            loaded.clear(); // the next server may not have the scripts
            checks.clear();
            asking = false;
            listener.disconnected(cause);
        }
    }

    /** Starts connecting. */
    public void open() {
        connection.open();
        control.every(CHECK_INTERVAL, this::check);
    }

    /** Replaces the connection if the server has become a replica. Ends a refusal after {@link #REFUSAL_LASTS}. */
    private void check() {
        StatefulConnection<byte[], byte[]> current = connection.connection();
        if (verifiesRole && current instanceof StatefulRedisConnection<byte[], byte[]> single && !asking) {
            asking = true;
            ServerRole.isReplica(single)
                    .thenAccept(replica -> control.execute(() -> {
                        asking = false;
                        if (replica) {
                            connection.reset(current, ServerRole.demoted());
                        }
                    }));
        }
        if (refusal != null && System.nanoTime() - refusedAt > REFUSAL_LASTS.toNanos()) {
            refusal = null;
            listener.accepted();
        }
    }

    /**
     * Reacts to an error reply as specified in {@link ErrorReply}. If Lettuce rejected the command, the connection is lost. Its event
     * loop may report this only after thousands of other commands have failed.
     */
    private void answered(StatefulConnection<byte[], byte[]> source, @Nullable Throwable failure) {
        nodes.answered(failure);
        if (failure != null
                && !(source instanceof StatefulRedisClusterConnection)
                && RedisFailures.isRejected(failure)) {
            connection.rejectedBy(source);
            return;
        }
        ErrorReply reply = failure == null ? null : ErrorReply.of(failure).orElse(null);
        if (failure == null || reply == null || reply.state().isEmpty()) {
            return;
        }
        if (reply.reaction() == Reaction.RECONNECT) {
            control.execute(() -> connection.reset(source, failure));
            return;
        }
        refusedAt = System.nanoTime();
        if (refusal == null) {
            control.execute(() -> {
                if (refusal == null) {
                    refusal = failure;
                    listener.refused(failure);
                }
            });
        }
    }

    public boolean isConnected() {
        return connection.isConnected();
    }

    /**
     * Returns the last failure while reconnecting, or the error reply that began the current refusal. Null while the server accepts
     * commands, before the first attempt has ended and after closing.
     */
    public @Nullable Throwable failure() {
        Throwable failure = connection.failure();
        return failure == null && isConnected() ? refusal : failure;
    }

    /** Completes immediately if there is a connection, or on the control thread when the next one is established. */
    public CompletableFuture<Void> whenConnected() {
        return connection.whenConnected();
    }

    /** Completes when the most recently closed connection has finished closing. */
    public CompletableFuture<Void> whenClosed() {
        return connection.whenClosed();
    }

    /** Replaces the connection with a new one. */
    public void reset(Throwable cause) {
        connection.reset(cause);
    }

    @Override
    public void close() {
        connection.close();
    }

    /** Sends a request. Fails immediately with {@link NotSentException} while there is no connection. */
    public <T> CompletableFuture<T> send(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> request) {
        StatefulConnection<byte[], byte[]> current = connection.connection();
        return current == null
                ? notSent()
                : send(commandsOf(current), request).whenComplete((reply, failure) -> answered(current, failure));
    }

    private static <T> CompletableFuture<T> send(
            RedisClusterAsyncCommands<byte[], byte[]> server,
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> request) {
        try {
            return request.apply(server).toCompletableFuture();
        } catch (RuntimeException e) { // Lettuce may throw, for example for SCAN while no cluster node is known
            return CompletableFuture.failedFuture(e);
        }
    }

    private <T> CompletableFuture<T> notSent() {
        return CompletableFuture.failedFuture(new NotSentException(connection.absence()));
    }

    private static RedisClusterAsyncCommands<byte[], byte[]> commandsOf(StatefulConnection<byte[], byte[]> connection) {
        return connection instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster
                ? cluster.async()
                : ((StatefulRedisConnection<byte[], byte[]>) connection).async();
    }

    /**
     * Runs a script once. Fails with {@link #isUnknown NOSCRIPT} if the server no longer has the script. The next run then sends it in
     * full.
     */
    public CompletableFuture<List<Object>> once(RedisScript script, List<String> keys, byte[]... values) {
        StatefulConnection<byte[], byte[]> current = connection.connection();
        return current == null
                ? notSent()
                : once(commandsOf(current), script, keys, values)
                        .whenComplete((reply, failure) -> answered(current, failure));
    }

    private CompletableFuture<List<Object>> once(
            RedisClusterAsyncCommands<byte[], byte[]> server, RedisScript script, List<String> keys, byte[]... values) {
        byte[][] keyBytes = keys.stream().map(CommandConnection::bytes).toArray(byte[][]::new);
        boolean bySha = loaded.contains(script);
        CompletableFuture<List<Object>> reply = send(
                server,
                to -> bySha
                        ? to.<List<Object>>evalsha(script.sha(), ScriptOutputType.MULTI, keyBytes, values)
                        : to.<List<Object>>eval(script.body(), ScriptOutputType.MULTI, keyBytes, values));
        return reply.whenComplete((answer, failure) -> {
            if (failure == null) {
                loaded.add(script);
            } else if (isUnknown(failure)) {
                loaded.remove(script);
            }
        });
    }

    /**
     * Runs a script once, like {@link #once}, and completes when enough replicas have its writes. {@code WAIT} covers only the writes of
     * the connection that sends it. In a cluster, it is sent to the node of the first key.
     */
    public CompletableFuture<List<Object>> onceReplicated(
            Replication replication, RedisScript script, List<String> keys, byte[]... values) {
        ReplicatedReply reply = replicated(replication, script, keys, values);
        return reply.executed().thenCompose(answer -> reply.replicated().thenApply(nothing -> answer));
    }

    /**
     * The reply to a script whose writes must be replicated.
     *
     * @param executed a future that completes with the reply of the script
     * @param replicated a future that completes when enough replicas have the writes of the script; fails if the script fails
     */
    public record ReplicatedReply(CompletableFuture<List<Object>> executed, CompletableFuture<?> replicated) {}

    /** Runs a script like {@link #onceReplicated}, and reports its reply before the writes are replicated. */
    public ReplicatedReply replicated(
            Replication replication, RedisScript script, List<String> keys, byte[]... values) {
        if (replication.replicas() == 0) {
            return unreplicated(once(script, keys, values));
        }
        StatefulConnection<byte[], byte[]> current = connection.connection();
        if (current == null) {
            return unreplicated(notSent());
        }
        RedisClusterAsyncCommands<byte[], byte[]> node;
        try {
            node = current instanceof StatefulRedisClusterConnection<byte[], byte[]> cluster
                    ? nodes.of(cluster, bytes(keys.get(0)))
                    : commandsOf(current);
        } catch (RedisException unknown) {
            return unreplicated(CompletableFuture.failedFuture(unknown));
        }
        ReplicaCheck check = checks.computeIfAbsent(node, server -> new ReplicaCheck(server, replication));
        CompletableFuture<List<Object>> executed = once(node, script, keys, values)
                .whenComplete((reply, failure) -> {
                    answered(current, failure);
                });
        return new ReplicatedReply(executed, executed.thenCompose(reply -> check.written()));
    }

    private static ReplicatedReply unreplicated(CompletableFuture<List<Object>> reply) {
        return new ReplicatedReply(reply, reply);
    }

    /** Runs a script, and repeats it in the same cases as {@link #patiently}. */
    public CompletableFuture<List<Object>> run(RedisScript script, List<String> keys, byte[]... values) {
        return patiently(() -> once(script, keys, values));
    }

    /**
     * Runs a request. Repeats it, within a limit, if it was not executed; see {@link #isUnknown}, {@link #isMoving} and {@link
     * #isOpening}.
     */
    public <T> CompletableFuture<T> patiently(Supplier<CompletableFuture<T>> request) {
        return patiently(request, MAX_RETRIES);
    }

    private <T> CompletableFuture<T> patiently(Supplier<CompletableFuture<T>> request, int retries) {
        return request.get().exceptionallyCompose(failure -> {
            boolean opening = isOpening(failure) || isMoving(failure);
            if (retries == 0 || !opening && !isUnknown(failure)) {
                return CompletableFuture.failedFuture(failure);
            }
            CompletableFuture<T> retried = new CompletableFuture<>();
            control.schedule(
                    opening ? RETRY_PAUSE : Duration.ZERO,
                    () -> Stages.relay(patiently(request, retries - 1), retried));
            return retried;
        });
    }

    /**
     * Returns true if a command was not executed because the server is busy or loading its data, or because Lettuce is still connecting
     * to a cluster node.
     */
    public boolean isOpening(Throwable failure) {
        return ErrorReply.calls(failure, Reaction.RETRY)
                || connection.connection() instanceof StatefulRedisClusterConnection
                        && RedisFailures.isRejected(failure);
    }

    /** Returns true if a command was not sent because there is no connection. */
    public static boolean isNotSent(Throwable failure) {
        return Stages.unwrap(failure) instanceof NotSentException || RedisFailures.isRejected(failure);
    }

    /** Returns true if a script was not run because the server does not have it. */
    public static boolean isUnknown(Throwable failure) {
        return ErrorReply.calls(failure, Reaction.SEND_SCRIPT);
    }

    /** Returns true if a command was not run because its slot is moving or has moved. */
    public static boolean isMoving(Throwable failure) {
        return ErrorReply.of(failure)
                .filter(reply ->
                        reply.reaction() == Reaction.REROUTE && reply.state().isEmpty())
                .isPresent();
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }
}
