package io.channels4j.redis.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.internal.Backoff;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ReconnectingConnectionTest {

    private final Throwable wrongPassword = new RedisConnectionException(
            "Unable to connect", new RedisCommandExecutionException("WRONGPASS invalid username-password pair"));

    private final ControlThread control = new ControlThread("reconnecting-connection-test");
    private final BlockingQueue<Throwable> reported = new LinkedBlockingQueue<>();

    /** Exceptions that Lettuce 7.7 throws for about one in a hundred rejected passwords. */
    static Stream<Throwable> ambiguous() {
        return Stream.of(
                new RedisConnectionException(
                        "Unable to connect",
                        new CompletionException(new RedisConnectionException("Connection closed prematurely"))),
                new RedisConnectionException(
                        "Unable to connect",
                        new CompletionException(new IllegalStateException("RedisHandshakeHandler not registered"))));
    }

    @AfterEach
    void closeControl() {
        control.close();
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void retriesAnAmbiguousHandshakeFailure(Throwable hidden) throws Exception {
        connection(hidden, wrongPassword).open();

        assertThat(reported.poll(10, TimeUnit.SECONDS)).isSameAs(wrongPassword);
        assertThat(reported).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("ambiguous")
    void reportsAnAmbiguousHandshakeFailureAfterTheSecondAttempt(Throwable hidden) throws Exception {
        connection(hidden, hidden).open();

        assertThat(reported.poll(10, TimeUnit.SECONDS)).isSameAs(hidden);
    }

    @Test
    void reportsRefusedConnectionImmediately() throws Exception {
        Throwable refused = new RedisConnectionException("Connection refused");
        connection(refused, wrongPassword).open();

        assertThat(reported.poll(10, TimeUnit.SECONDS)).isSameAs(refused);
    }

    /** Creates a connection whose successive attempts fail with the given exceptions. */
    private ReconnectingConnection<StatefulRedisConnection<byte[], byte[]>> connection(Throwable... failures) {
        Deque<Throwable> next = new ArrayDeque<>(List.of(failures));
        Backoff backoff = new Backoff(Duration.ofHours(1), Duration.ofHours(1));
        return new ReconnectingConnection<>(
                () -> CompletableFuture.failedFuture(next.pop()),
                control,
                backoff,
                new ReconnectingConnection.Listener<>() {
                    @Override
                    public void connected(StatefulRedisConnection<byte[], byte[]> connection) {
                        throw new AssertionError("no attempt succeeds");
                    }

                    @Override
                    public void disconnected(Throwable why) {
                        reported.add(why);
                    }
                });
    }
}
