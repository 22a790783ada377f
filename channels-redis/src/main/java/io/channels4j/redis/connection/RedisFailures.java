package io.channels4j.redis.connection;

import io.channels4j.ChannelsException;
import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerUnavailableException;
import io.channels4j.redis.connection.ErrorReply.Reaction;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Interprets the nested exceptions that Lettuce throws. */
public final class RedisFailures {

    /** The start of Lettuce's error message for a command that was not sent for lack of a connection. */
    public static final String REJECTED = "Currently not connected";

    private static final String CLOSED = "Connection is closed";
    private static final int MAX_DEPTH = 10;

    private RedisFailures() {}

    /** Returns the message of the innermost cause. */
    public static String text(Throwable failure) {
        Throwable root = root(failure);
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /** Returns the error reply from Redis, such as {@code MOVED 1 host:port}. */
    public static Optional<String> answer(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_DEPTH; i++) {
            if (cause instanceof RedisCommandExecutionException && cause.getMessage() != null) {
                return Optional.of(cause.getMessage());
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    /** Returns true if Redis replied with an error that starts with one of the given words. */
    public static boolean answers(@Nullable Throwable failure, String... words) {
        return answer(failure)
                .filter(text -> List.of(words).stream().anyMatch(text::startsWith))
                .isPresent();
    }

    /**
     * Returns true if Redis rejected the credentials or the database, or if the user lacks rights. Retrying does not help until an
     * operator intervenes.
     */
    public static boolean isAccessDenied(Throwable failure) {
        return ErrorReply.of(failure)
                .filter(reply -> reply.reaction() == Reaction.DENY || reply == ErrorReply.NOAUTH)
                .isPresent();
    }

    /**
     * Returns true if a handshake failed without a known cause. If the server replies with an error and closes the connection, Lettuce
     * may process the close first. It may also have removed its handshake handler before the reply.
     */
    public static boolean isUnclear(Throwable failure) {
        Throwable root = root(failure);
        String text = String.valueOf(root.getMessage());
        return root instanceof IllegalStateException && text.contains("HandshakeHandler")
                || root instanceof RedisConnectionException && text.contains("closed prematurely");
    }

    /** Returns true if Lettuce did not send the command because the connection was lost or closed. */
    public static boolean isRejected(Throwable failure) {
        Throwable cause = root(failure);
        String text = String.valueOf(cause.getMessage());
        return cause instanceof RedisException && (text.startsWith(REJECTED) || text.equals(CLOSED));
    }

    /**
     * Returns the exception for the caller of a layer.
     *
     * @param action the attempted action, such as {@code send to group chat}
     * @param effect the effect despite the failure, such as {@code members of this process have the message}
     * @param failure the failure; a {@link ChannelsException} is returned unchanged
     */
    public static ChannelsException unavailable(String action, String effect, Throwable failure) {
        Throwable cause = Stages.unwrap(failure);
        return cause instanceof ChannelsException known
                ? known
                : new LayerUnavailableException(
                        "%s: Redis is unavailable (%s); %s".formatted(action, text(cause), effect), cause);
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (int i = 0; root.getCause() != null && i < MAX_DEPTH; i++) {
            root = root.getCause();
        }
        return root;
    }
}
