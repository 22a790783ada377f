package io.channels4j.redis.connection;

import io.channels4j.internal.Backoff;
import io.channels4j.internal.Stages;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulConnection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection that comes back by itself. Commands that were on their way when it broke fail and are not sent again, so that
 * nothing happens twice.
 *
 * <p>Everything happens on the loop, but for {@link #connection()}.
 */
public final class ReconnectingConnection<C extends StatefulConnection<?, ?>> implements AutoCloseable {

    private final Supplier<CompletionStage<C>> connector;
    private final ControlThread loop;
    private final Backoff backoff;
    private final Watcher<C> watcher;
    private volatile @Nullable C connection;
    private int attempts;
    private CompletableFuture<Void> ended = Stages.done();
    private boolean closed;

    /** Is told of a line's state, on the loop. */
    public interface Watcher<C> {

        /** The connection is there. */
        void up(C connection);

        /** The connection is gone, or an attempt to connect failed; another attempt follows. */
        void down(Throwable why);
    }

    public ReconnectingConnection(
            Supplier<CompletionStage<C>> connector, ControlThread loop, Backoff backoff, Watcher<C> watcher) {
        this.connector = connector;
        this.loop = loop;
        this.backoff = backoff;
        this.watcher = watcher;
    }

    /** Starts to connect. */
    public void open() {
        loop.execute(this::connect);
    }

    /** Returns the connection, or null while there is none; from any thread. */
    public @Nullable C connection() {
        return connection;
    }

    /** Gives the connection up and makes another. */
    public void reset(Throwable why) {
        C broken = connection;
        if (broken != null) {
            lost(broken, why);
        }
    }

    @Override
    public void close() {
        closed = true;
        C open = connection;
        connection = null;
        if (open != null) {
            end(open);
        }
    }

    /** Completes when the connection that was closed last is closed; on the loop. */
    public CompletionStage<Void> ended() {
        return ended;
    }

    private void connect() {
        connect(true);
    }

    private void connect(boolean mayAskAgain) {
        if (closed) {
            return;
        }
        CompletionStage<C> unused = connector
                .get()
                .whenComplete((made, failure) -> loop.execute(() -> {
                    if (failure != null && mayAskAgain && RedisFailures.isUnclear(failure)) {
                        connect(false); // a wrong password must not look like a server that is not up
                    } else if (failure != null) {
                        again(failure);
                    } else {
                        connected(made);
                    }
                }));
    }

    private void connected(C made) {
        if (closed) {
            end(made);
            return;
        }
        connection = made;
        made.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> ignored) {
                loop.execute(() -> lost(made, new ConnectionLostException()));
            }
        });
        watcher.up(made);
        if (!made.isOpen()) {
            lost(made, new ConnectionLostException());
        }
    }

    private void lost(C broken, Throwable why) {
        if (connection != broken) {
            return;
        }
        connection = null;
        attempts = 0;
        end(broken);
        again(why);
    }

    private void again(Throwable why) {
        if (closed) {
            return;
        }
        watcher.down(why);
        loop.schedule(backoff.delay(attempts++, ThreadLocalRandom.current()), this::connect);
    }

    private void end(C connection) {
        ended = connection.closeAsync();
    }
}
