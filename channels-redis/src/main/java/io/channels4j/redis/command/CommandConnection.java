package io.channels4j.redis.command;

import io.channels4j.internal.Backoff;
import io.channels4j.internal.Stages;
import io.channels4j.redis.connection.ConnectionLostException;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.ReconnectingConnection;
import io.channels4j.redis.connection.RedisFailures;
import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A connection to one host, or to a cluster, that comes back by itself and knows which scripts the other side knows.
 * Thread-safe.
 */
public final class CommandConnection implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int MOST_TRIES = 100;

    private final ControlThread loop;
    private final Watcher watcher;
    private final ClusterNodes nodes;
    private final Set<RedisScript> known = ConcurrentHashMap.newKeySet();
    private final Map<RedisClusterAsyncCommands<byte[], byte[]>, ReplicaCheck> checks = new ConcurrentHashMap<>();
    private volatile @Nullable RedisClusterAsyncCommands<byte[], byte[]> commands;
    private volatile Throwable why = new ConnectionLostException("not connected yet");
    private volatile boolean down;
    private volatile CompletableFuture<Void> nextUp = new CompletableFuture<>();
    private @Nullable ReconnectingConnection<?> line;

    /** Is told, on the loop, that the connection is there or gone. */
    public interface Watcher {

        void up();

        void down(Throwable why);
    }

    private CommandConnection(ControlThread loop, Watcher watcher, ClusterNodes nodes) {
        this.loop = loop;
        this.watcher = watcher;
        this.nodes = nodes;
    }

    /** Makes a link that is not connected yet. */
    static <C extends StatefulConnection<byte[], byte[]>> CommandConnection of(
            Supplier<CompletionStage<C>> connect,
            Function<C, RedisClusterAsyncCommands<byte[], byte[]>> commandsOf,
            ControlThread loop,
            Backoff backoff,
            Watcher watcher,
            ClusterNodes nodes) {
        CommandConnection link = new CommandConnection(loop, watcher, nodes);
        ReconnectingConnection<C> line =
                new ReconnectingConnection<>(connect, loop, backoff, new ReconnectingConnection.Watcher<>() {
                    @Override
                    public void up(C connection) {
                        link.nodes.in(connection);
                        link.up(commandsOf.apply(connection));
                    }

                    @Override
                    public void down(Throwable why) {
                        link.down(why);
                    }
                });
        link.line = line;
        return link;
    }

    /** Starts to connect. */
    public void open() {
        if (line != null) {
            line.open();
        }
    }

    private void up(RedisClusterAsyncCommands<byte[], byte[]> made) {
        known.clear();
        checks.clear();
        down = false;
        CompletableFuture<Void> awaited = nextUp;
        nextUp = new CompletableFuture<>();
        commands = made;
        watcher.up();
        awaited.complete(Stages.NOTHING);
    }

    private void down(Throwable cause) {
        commands = null;
        why = cause;
        down = true;
        watcher.down(cause);
    }

    public boolean isUp() {
        return commands != null;
    }

    /** Returns why there is no connection; null when there is one, or none was tried yet. */
    public @Nullable Throwable failure() {
        return down ? why : null;
    }

    /** Completes, on the loop, when a connection is there again; at once when there is one. */
    public CompletableFuture<Void> whenUp() {
        CompletableFuture<Void> next = nextUp;
        return isUp() ? Stages.done() : next;
    }

    /** Completes when the connection that was closed is closed. */
    public CompletableFuture<?> ended() {
        return line == null ? Stages.done() : line.ended().toCompletableFuture();
    }

    /** Sends what a function asks for; fails at once while there is no connection. */
    public <T> CompletableFuture<T> send(
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> request) {
        return send(commands, request);
    }

    private <T> CompletableFuture<T> send(
            @Nullable RedisClusterAsyncCommands<byte[], byte[]> to,
            Function<RedisClusterAsyncCommands<byte[], byte[]>, CompletionStage<T>> request) {
        if (to == null) {
            return CompletableFuture.failedFuture(new NotSentException(why));
        }
        try {
            return request.apply(to).toCompletableFuture();
        } catch (RuntimeException e) { // a cluster may have no node for a slot
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Runs a script once; fails with {@link #isUnknown NOSCRIPT} when the other side forgot it, and then the next run
     * brings it.
     */
    public CompletableFuture<List<Object>> once(RedisScript script, List<String> keys, byte[]... values) {
        return once(commands, script, keys, values);
    }

    private CompletableFuture<List<Object>> once(
            @Nullable RedisClusterAsyncCommands<byte[], byte[]> server,
            RedisScript script,
            List<String> keys,
            byte[]... values) {
        byte[][] keyBytes = keys.stream().map(CommandConnection::bytes).toArray(byte[][]::new);
        boolean bySha = known.contains(script);
        CompletableFuture<List<Object>> reply = send(
                server,
                to -> bySha
                        ? to.<List<Object>>evalsha(script.sha(), ScriptOutputType.MULTI, keyBytes, values)
                        : to.<List<Object>>eval(script.body(), ScriptOutputType.MULTI, keyBytes, values));
        return reply.whenComplete((ignored, failure) -> {
            if (failure == null) {
                known.add(script);
            } else if (isUnknown(failure)) {
                known.remove(script);
            }
        });
    }

    /**
     * Runs a script once as {@link #once} does, and completes when enough replicas have what it wrote. That is asked over the
     * connection which wrote it, since another one would answer for its own writes; in a cluster it is the one to the node that
     * has the first key.
     */
    public CompletableFuture<List<Object>> onceReplicated(
            Replication replication, RedisScript script, List<String> keys, byte[]... values) {
        if (replication.replicas() == 0) {
            return once(script, keys, values);
        }
        RedisClusterAsyncCommands<byte[], byte[]> node;
        try {
            node = nodes.of(commands, bytes(keys.get(0)));
        } catch (RedisException unknown) {
            return CompletableFuture.failedFuture(unknown);
        }
        if (node == null) {
            return CompletableFuture.failedFuture(new NotSentException(why));
        }
        ReplicaCheck check = checks.computeIfAbsent(node, n -> new ReplicaCheck(n, replication));
        return once(node, script, keys, values)
                .whenComplete(nodes::heard)
                .thenCompose(reply -> check.written().thenApply(nothing -> reply));
    }

    /** Runs a script, whatever else runs in between. */
    public CompletableFuture<List<Object>> run(RedisScript script, List<String> keys, byte[]... values) {
        return patiently(() -> once(script, keys, values));
    }

    /** Does again what was not done because the other side did not know a script, or was just being connected to. */
    public <T> CompletableFuture<T> patiently(Supplier<CompletableFuture<T>> request) {
        return patiently(request, MOST_TRIES);
    }

    private <T> CompletableFuture<T> patiently(Supplier<CompletableFuture<T>> request, int tries) {
        return request.get().exceptionallyCompose(failure -> {
            boolean opening = isOpening(failure) || isMoving(failure);
            if (tries == 0 || !opening && !isUnknown(failure)) {
                return CompletableFuture.failedFuture(failure);
            }
            CompletableFuture<T> again = new CompletableFuture<>();
            loop.schedule(opening ? PAUSE : Duration.ZERO, () -> {
                var unused = patiently(request, tries - 1).whenComplete((result, thrown) -> {
                    if (thrown == null) {
                        again.complete(result);
                    } else {
                        again.completeExceptionally(thrown);
                    }
                });
            });
            return again;
        });
    }

    /** Tells whether a command was not sent because the connection to its node of a cluster was not there yet. */
    public boolean isOpening(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause != null && answers(cause, "LOADING")) {
            return true; // a Redis that has just started answers so to all, and runs nothing
        }
        return isUp() && cause != null && RedisFailures.isRejected(cause);
    }

    /** Tells whether a script was not run because the other side does not know it. */
    public static boolean isUnknown(Throwable failure) {
        return answers(failure, "NOSCRIPT");
    }

    /** Tells whether a command was not run because a slot is moving or has moved. */
    public static boolean isMoving(Throwable failure) {
        return answers(failure, "TRYAGAIN") || answers(failure, "MOVED") || answers(failure, "ASK");
    }

    /** Returns what a stage failed with, without what stages wrap around it. */
    public static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    public static boolean answers(Throwable failure, String start) {
        return RedisFailures.answer(failure)
                .filter(text -> text.startsWith(start))
                .isPresent();
    }

    /** Gives the connection up and makes another; on the loop. */
    public void reset(Throwable cause) {
        if (line != null) {
            line.reset(cause);
        }
    }

    @Override
    public void close() {
        commands = null;
        why = new ConnectionLostException("the layer is closed");
        if (line != null) {
            line.close();
        }
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static byte[] bytes(long number) {
        return bytes(Long.toString(number));
    }
}
