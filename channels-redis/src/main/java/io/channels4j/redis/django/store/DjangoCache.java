package io.channels4j.redis.django.store;

import static io.channels4j.redis.command.CommandConnection.bytes;

import io.channels4j.ChannelsException;
import io.channels4j.internal.Stages;
import io.channels4j.layer.LayerListener.State;
import io.channels4j.redis.command.CommandConnection;
import io.channels4j.redis.command.CommandConnectionFactory;
import io.channels4j.redis.connection.ControlThread;
import io.channels4j.redis.connection.HostSettings;
import io.channels4j.redis.connection.LettuceClients;
import io.channels4j.redis.connection.RedisFailures;
import io.channels4j.redis.connection.RedisStatus;
import io.channels4j.redis.connection.StartUp;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reads values from Django's cache on one host.
 *
 * <p><b>Threads.</b> Thread-safe. Only {@link #start} blocks.
 */
public final class DjangoCache implements AutoCloseable {

    private static final String NAME = "Django sessions";

    private final HostSettings host;
    private final ControlThread thread = new ControlThread("channels-redis-django-sessions");
    private final RedisStatus status = new RedisStatus(NAME, "sessions cannot be loaded", List.of());
    private final StartUp startUp = new StartUp(NAME);
    private final LettuceClients clients;
    private final CommandConnection connection;

    /** Creates a reader without connecting it. */
    public DjangoCache(HostSettings host) {
        this.host = host;
        this.clients = LettuceClients.open(host, "channels-django-sessions");
        this.connection = new CommandConnectionFactory(
                        host, clients, thread, NAME, "evicting a session logs its user out")
                .to(0, new StatusWatcher());
    }

    /**
     * Connects. Blocks until the first attempt has ended or the time-out has passed.
     *
     * @throws ChannelsException if the host denied access
     */
    public void start() {
        connection.open();
        startUp.await(host.timeout(), this::close);
    }

    /** Returns a value, or empty if there is none. */
    public CompletableFuture<Optional<byte[]>> get(String key) {
        return connection
                .patiently(() -> connection.send(to -> to.get(bytes(key))))
                .thenApply(Optional::ofNullable)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(new ChannelsException(
                        "Django session: Redis is unavailable (%s)".formatted(RedisFailures.text(failure)),
                        Stages.unwrap(failure))));
    }

    @Override
    public void close() {
        thread.execute(() -> {
            connection.close();
            Stages.ignore(connection.whenClosed().whenComplete((nothing, failure) -> {
                clients.close();
                thread.close();
            }));
        });
    }

    private final class StatusWatcher implements CommandConnection.Listener {

        @Override
        public void connected() {
            report(null);
        }

        @Override
        public void disconnected(Throwable cause) {
            report(cause);
        }

        @Override
        public void refused(Throwable cause) {
            report(cause);
        }

        @Override
        public void accepted() {
            report(null);
        }

        private void report(@Nullable Throwable cause) {
            status.report(cause == null ? State.UP : State.DOWN, cause);
            startUp.attempted(cause);
        }
    }
}
