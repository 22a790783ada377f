package io.channels4j.redis.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.channels4j.internal.Backoff;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.FakeConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CommandConnectionTest {

    private static final int ROUNDS = 2_000;

    private final ControlThread control = new ControlThread("command-connection-test");
    private final BlockingQueue<CompletableFuture<StatefulRedisConnection<byte[], byte[]>>> attempts =
            new LinkedBlockingQueue<>();
    private final CommandConnection commands = new CommandConnection(
            this::attempt,
            control,
            new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)),
            new Silent(),
            new ClusterNodes(() -> {}),
            false);

    private CompletableFuture<StatefulRedisConnection<byte[], byte[]>> attempt() {
        CompletableFuture<StatefulRedisConnection<byte[], byte[]>> attempt = new CompletableFuture<>();
        attempts.add(attempt);
        return attempt;
    }

    @AfterEach
    void close() {
        control.execute(commands::close);
        control.close();
    }

    @Test
    void notifiesWaitersThatRegisterWhileConnecting() throws Exception {
        commands.open();

        for (int round = 0; round < ROUNDS; round++) {
            CompletableFuture<StatefulRedisConnection<byte[], byte[]>> attempt = attempts.poll(10, TimeUnit.SECONDS);
            FakeConnection server = new FakeConnection();
            CompletableFuture<CompletableFuture<Void>> lastWaiter = CompletableFuture.supplyAsync(this::waitUntilUp);
            attempt.complete(server.connection());

            assertThat(lastWaiter.get(10, TimeUnit.SECONDS))
                    .as("the last waiter before connection %d", round)
                    .succeedsWithin(Duration.ofSeconds(5));
            server.lose();
        }
    }

    /** Registers waiters until the connection is established, and returns the last one registered before that. */
    private CompletableFuture<Void> waitUntilUp() {
        CompletableFuture<Void> last = commands.whenConnected();
        CompletableFuture<Void> next = last;
        while (!commands.isConnected()) {
            last = next;
            next = commands.whenConnected();
        }
        return next.isDone() ? last : next;
    }

    private static final class Silent implements CommandConnection.Listener {

        @Override
        public void connected() {}

        @Override
        public void disconnected(Throwable why) {}
    }
}
