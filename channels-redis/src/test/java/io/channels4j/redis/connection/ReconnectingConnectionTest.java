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

    private final ControlThread loop = new ControlThread("line-test");
    private final BlockingQueue<Throwable> told = new LinkedBlockingQueue<>();

    /** What Lettuce 7.7 makes of one refused password in some hundred. */
    static Stream<Throwable> unclear() {
        return Stream.of(
                new RedisConnectionException(
                        "Unable to connect",
                        new CompletionException(new RedisConnectionException("Connection closed prematurely"))),
                new RedisConnectionException(
                        "Unable to connect",
                        new CompletionException(new IllegalStateException("RedisHandshakeHandler not registered"))));
    }

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @ParameterizedTest
    @MethodSource("unclear")
    void asksAgainWhyItWasRefused(Throwable hidden) throws Exception {
        line(hidden, wrongPassword).open();

        assertThat(told.poll(10, TimeUnit.SECONDS)).isSameAs(wrongPassword);
        assertThat(told).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("unclear")
    void serverThatHidesItsReasonTwiceIsDown(Throwable hidden) throws Exception {
        line(hidden, hidden).open();

        assertThat(told.poll(10, TimeUnit.SECONDS)).isSameAs(hidden);
    }

    @Test
    void serverThatIsNotThereIsDownAtOnce() throws Exception {
        Throwable refused = new RedisConnectionException("Connection refused");
        line(refused, wrongPassword).open();

        assertThat(told.poll(10, TimeUnit.SECONDS)).isSameAs(refused);
    }

    /** A line whose attempts end so, one after the other. */
    private ReconnectingConnection<StatefulRedisConnection<byte[], byte[]>> line(Throwable... failures) {
        Deque<Throwable> next = new ArrayDeque<>(List.of(failures));
        Backoff backoff = new Backoff(Duration.ofHours(1), Duration.ofHours(1));
        return new ReconnectingConnection<>(
                () -> CompletableFuture.failedFuture(next.pop()),
                loop,
                backoff,
                new ReconnectingConnection.Listener<>() {
                    @Override
                    public void connected(StatefulRedisConnection<byte[], byte[]> connection) {
                        throw new AssertionError("no attempt succeeds");
                    }

                    @Override
                    public void disconnected(Throwable why) {
                        told.add(why);
                    }
                });
    }
}
