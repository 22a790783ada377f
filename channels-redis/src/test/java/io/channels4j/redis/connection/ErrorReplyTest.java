package io.channels4j.redis.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.connection.ErrorReply.Reaction;
import io.lettuce.core.RedisCommandExecutionException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorReplyTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LOADING Redis is loading the dataset in memory        | RETRY       | DEGRADED",
                "BUSY Redis is busy running a script.                  | RETRY       | DEGRADED",
                "NOSCRIPT No matching script. Please use EVAL.         | SEND_SCRIPT |",
                "MOVED 3999 127.0.0.1:6381                             | REROUTE     |",
                "ASK 3999 127.0.0.1:6381                               | REROUTE     |",
                "TRYAGAIN Multiple keys request during rehashing       | REROUTE     |",
                "CLUSTERDOWN The cluster is down                       | REROUTE     | DEGRADED",
                "READONLY You can't write against a read only replica. | RECONNECT   | DOWN",
                "MASTERDOWN Link with MASTER is down                   | RECONNECT   | DOWN",
                "UNBLOCKED force unblock from blocking operation       | RECONNECT   | DOWN",
                "NOAUTH Authentication required.                       | RECONNECT   | DOWN",
                "WRONGPASS invalid username-password pair              | DENY        | DOWN",
                "ERR AUTH <password> called without any password       | DENY        | DOWN",
                "ERR DB index is out of range                          | DENY        | DOWN",
                "NOPERM this user has no permissions                   | DENY        | DEGRADED",
                "OOM command not allowed when used memory > maxmemory  | REFUSE      | DEGRADED",
                "MISCONF Redis is configured to save RDB snapshots     | REFUSE      | DEGRADED",
                "NOREPLICAS Not enough good replicas to write.         | REFUSE      | DEGRADED"
            })
    void definesTheReaction(String text, Reaction reaction, State state) {
        ErrorReply reply = ErrorReply.of(new CompletionException(new RedisCommandExecutionException(text)))
                .orElseThrow();

        assertThat(reply.reaction()).isEqualTo(reaction);
        assertThat(reply.state().orElse(null)).isEqualTo(state);
    }

    @Test
    void otherFailuresConcernOneCommand() {
        assertThat(ErrorReply.of(new RedisCommandExecutionException("WRONGTYPE Operation against a key")))
                .isEmpty();
        assertThat(ErrorReply.of(new IllegalStateException("READONLY"))).isEmpty();
        assertThat(ErrorReply.of(null)).isEmpty();
    }
}
