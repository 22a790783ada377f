package io.channels4j.redis.connection;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.output.CommandOutput;
import io.lettuce.core.protocol.CommandType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The role of the server at the other end of a connection, as {@code HELLO} reports it. {@code HELLO} needs no rights beyond those of the
 * handshake. The role is unknown if {@code HELLO} fails, for example on a subscribed connection with RESP2.
 */
public final class ServerRole {

    private static final String REPLICA = "replica";

    private ServerRole() {}

    /** Completes with true if the server is a replica, or false if it is a master or its role is unknown. */
    public static <K, V> CompletionStage<Boolean> isReplica(StatefulRedisConnection<K, V> connection) {
        try {
            return connection
                    .async()
                    .dispatch(CommandType.HELLO, new RoleOutput<K, V>())
                    .handle((role, unknown) -> REPLICA.equals(role));
        } catch (RuntimeException notPermitted) { // Lettuce rejects the command on a subscribed connection with RESP2
            return CompletableFuture.completedFuture(false);
        }
    }

    /**
     * Completes with the connection if its server is not a replica. Otherwise, or if the server does not reply in time, closes the
     * connection and fails.
     */
    public static <K, V, C extends StatefulRedisConnection<K, V>> CompletionStage<C> requireMaster(
            C connection, Duration timeout) {
        return isReplica(connection)
                .toCompletableFuture()
                .orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS)
                .thenApply(ServerRole::check)
                .handle((master, failure) -> failure)
                .thenCompose(failure -> failure == null
                        ? CompletableFuture.completedFuture(connection)
                        : connection.closeAsync().thenCompose(closed -> CompletableFuture.failedFuture(failure)));
    }

    private static boolean check(boolean replica) {
        if (replica) {
            throw demoted();
        }
        return true;
    }

    /** Returns the failure of a connection whose server is a replica. It starts like the error reply to a write command. */
    public static RuntimeException demoted() {
        return new RedisCommandExecutionException("READONLY the server is a replica (expected: the master)");
    }

    /** Finds the value of the key {@code role} in a map or, with RESP2, in a list of keys and values. */
    private static final class RoleOutput<K, V> extends CommandOutput<K, V, @Nullable String> {

        private @Nullable String last;

        @SuppressWarnings({"unchecked", "NullAway"}) // the codec is not used; there is no role until it is received
        RoleOutput() {
            super((RedisCodec<K, V>) (RedisCodec<?, ?>) ByteArrayCodec.INSTANCE, null);
        }

        @Override
        public void set(ByteBuffer bytes) {
            String text =
                    bytes == null ? "" : StandardCharsets.UTF_8.decode(bytes).toString();
            if ("role".equals(last)) {
                output = text;
            }
            last = text;
        }

        @Override
        public void set(long integer) {
            last = null;
        }

        @Override
        public void set(double number) {
            last = null;
        }

        @Override
        public void set(boolean value) {
            last = null;
        }

        @Override
        public void multi(int count) {
            // the entries follow
        }
    }
}
