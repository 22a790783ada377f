package io.channels4j.redis.connection;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.RedisException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What lies under the exceptions that Lettuce wraps in each other. */
public final class RedisFailures {

    /** How Lettuce begins to say so. */
    public static final String REJECTED = "Currently not connected";

    private static final int DEEPEST = 10;
    private static final List<String> NO_ENTRY =
            List.of("WRONGPASS", "NOAUTH", "NOPERM", "ERR AUTH", "ERR DB index", "ERR SELECT");

    private RedisFailures() {}

    /** Returns what is wrong in the words of whoever noticed first. */
    public static String text(Throwable failure) {
        Throwable root = root(failure);
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /** Returns the error that Redis itself answered with, such as {@code MOVED 1 host:port}. */
    public static Optional<String> answer(@Nullable Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < DEEPEST; i++) {
            if (cause instanceof RedisCommandExecutionException && cause.getMessage() != null) {
                return Optional.of(cause.getMessage());
            }
            cause = cause.getCause();
        }
        return Optional.empty();
    }

    /** Tells whether Redis lets us not in, which waiting does not change. */
    public static boolean isNoEntry(Throwable failure) {
        return answer(failure)
                .filter(text -> NO_ENTRY.stream().anyMatch(text::startsWith))
                .isPresent();
    }

    /**
     * Tells whether the failure of a handshake hides its reason: when the server answers with an error and closes, Lettuce may see
     * the end first, or have given up its part that listens.
     */
    public static boolean isUnclear(Throwable failure) {
        Throwable root = root(failure);
        String text = String.valueOf(root.getMessage());
        return root instanceof IllegalStateException && text.contains("HandshakeHandler")
                || root instanceof RedisConnectionException && text.contains("closed prematurely");
    }

    /** Tells whether Lettuce did not send a command, since it had noticed that the connection is gone. */
    public static boolean isRejected(Throwable failure) {
        Throwable cause = root(failure);
        return cause instanceof RedisException
                && String.valueOf(cause.getMessage()).startsWith(REJECTED);
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        for (int i = 0; root.getCause() != null && i < DEEPEST; i++) {
            root = root.getCause();
        }
        return root;
    }
}
