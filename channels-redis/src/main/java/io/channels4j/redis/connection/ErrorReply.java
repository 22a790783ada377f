package io.channels4j.redis.connection;

import io.channels4j.layer.LayerListener.State;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The error replies that concern the Redis server or access to it, and the reaction to each. Layers and session stores take their
 * reactions from this table. Other error replies concern one command only: it fails, and nothing else changes.
 *
 * <pre>
 * reply         meaning                                                  reaction      state meanwhile
 * LOADING       the server is reading its data set                       RETRY         DEGRADED
 * BUSY          a script has been running for too long                   RETRY         DEGRADED
 * NOSCRIPT      the server does not have the script                      SEND_SCRIPT   unchanged
 * TRYAGAIN      the keys of a command are on two nodes                   REROUTE       unchanged
 * ASK, MOVED    another node serves the slot                             REROUTE       unchanged
 * CLUSTERDOWN   no node serves the slot                                  REROUTE       DEGRADED
 * READONLY      the server is a replica                                  RECONNECT     DOWN
 * MASTERDOWN    the server is a replica without its master               RECONNECT     DOWN
 * UNBLOCKED     the server has become a replica                          RECONNECT     DOWN
 * NOAUTH        the connection is not authenticated (any more)           RECONNECT     DOWN
 * WRONGPASS     the credentials are wrong                                DENY          DOWN
 * ERR AUTH      a password was sent to a server that requires none       DENY          DOWN
 * ERR DB index, the database does not exist                              DENY          DOWN
 * ERR SELECT
 * NOPERM        the user lacks the right to a command, key or channel    DENY          DEGRADED
 * OOM           the memory limit is reached                              REFUSE        DEGRADED
 * MISCONF       the server cannot persist its data                       REFUSE        DEGRADED
 * NOREPLICAS    fewer replicas than required are connected               REFUSE        DEGRADED
 * </pre>
 *
 * <p>The state applies to the host that replied, until it accepts commands again. A layer with other working hosts is DEGRADED.
 */
public enum ErrorReply {
    LOADING(Reaction.RETRY, State.DEGRADED),
    BUSY(Reaction.RETRY, State.DEGRADED),
    NOSCRIPT(Reaction.SEND_SCRIPT, null),
    TRYAGAIN(Reaction.REROUTE, null),
    ASK(Reaction.REROUTE, null),
    MOVED(Reaction.REROUTE, null),
    CLUSTERDOWN(Reaction.REROUTE, State.DEGRADED),
    READONLY(Reaction.RECONNECT, State.DOWN),
    MASTERDOWN(Reaction.RECONNECT, State.DOWN),
    UNBLOCKED(Reaction.RECONNECT, State.DOWN),
    NOAUTH(Reaction.RECONNECT, State.DOWN),
    WRONGPASS(Reaction.DENY, State.DOWN),
    WRONG_USE_OF_AUTH("ERR AUTH", Reaction.DENY, State.DOWN),
    WRONG_DATABASE("ERR DB index", Reaction.DENY, State.DOWN),
    WRONG_SELECT("ERR SELECT", Reaction.DENY, State.DOWN),
    NOPERM(Reaction.DENY, State.DEGRADED),
    OOM(Reaction.REFUSE, State.DEGRADED),
    MISCONF(Reaction.REFUSE, State.DEGRADED),
    NOREPLICAS(Reaction.REFUSE, State.DEGRADED);

    private static final ErrorReply[] ALL = values();

    private final String start;
    private final Reaction reaction;
    private final @Nullable State state;

    /** The reaction to an error reply. The server has not executed the command. */
    public enum Reaction {

        /** The command is repeated on the same connection after a pause, for a limited time. */
        RETRY,

        /** The command is repeated immediately, with the source of the script. */
        SEND_SCRIPT,

        /**
         * The topology of the cluster is looked up. The command is repeated after a pause, for a limited time. After {@code CLUSTERDOWN},
         * only published messages are repeated.
         */
        REROUTE,

        /**
         * The command fails, and the connection is replaced. The new connection authenticates again and, subject to {@code
         * networkaddress.cache.ttl}, resolves the host name again.
         */
        RECONNECT,

        /**
         * The command fails because the configuration does not permit it. A component that is starting does not start. At run time,
         * attempts continue, because an operator can change passwords and rights.
         */
        DENY,

        /** The command fails. The connection stays. */
        REFUSE
    }

    ErrorReply(Reaction reaction, @Nullable State state) {
        this.start = name();
        this.reaction = reaction;
        this.state = state;
    }

    ErrorReply(String start, Reaction reaction, @Nullable State state) {
        this.start = start;
        this.reaction = reaction;
        this.state = state;
    }

    /** Returns the error reply that caused a failure, if it is one of this table. */
    public static Optional<ErrorReply> of(@Nullable Throwable failure) {
        return RedisFailures.answer(failure).flatMap(ErrorReply::parse);
    }

    private static Optional<ErrorReply> parse(String text) {
        for (ErrorReply reply : ALL) {
            if (text.startsWith(reply.start)) {
                return Optional.of(reply);
            }
        }
        return Optional.empty();
    }

    /** Returns true if a failure was caused by an error reply with the given reaction. */
    public static boolean calls(@Nullable Throwable failure, Reaction reaction) {
        return of(failure).filter(reply -> reply.reaction == reaction).isPresent();
    }

    public Reaction reaction() {
        return reaction;
    }

    /** Returns the state of the host until it accepts commands again. Empty if the state does not change. */
    public Optional<State> state() {
        return Optional.ofNullable(state);
    }
}
