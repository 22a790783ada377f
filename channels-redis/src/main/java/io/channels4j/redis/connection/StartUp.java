package io.channels4j.redis.connection;

import io.channels4j.ChannelsException;
import io.channels4j.internal.Durations;
import io.channels4j.internal.Stages;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a builder wait for the first attempt to connect to each host.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
public final class StartUp {

    private static final Logger LOG = LoggerFactory.getLogger("io.channels4j.redis");

    private final String component;
    private final CompletableFuture<Void> attempted = new CompletableFuture<>();

    /** Creates an instance for a component. Log and exception messages start with its name. */
    public StartUp(String component) {
        this.component = component;
    }

    /** Ends the wait because the first attempts have succeeded, or have failed with the given cause. */
    public void attempted(@Nullable Throwable failure) {
        if (failure != null && RedisFailures.isAccessDenied(failure)) {
            attempted.completeExceptionally(failure);
        } else {
            attempted.complete(Stages.NOTHING);
        }
    }

    /**
     * Blocks until the first attempts have ended or the time-out has passed. An unreachable host does not cause an exception.
     *
     * @param timeout how long to wait
     * @param close the task that closes the component before the exception is thrown
     * @throws ChannelsException if a host denied access
     */
    public void await(Duration timeout, Runnable close) {
        try {
            attempted.get(Durations.nanos(timeout), TimeUnit.NANOSECONDS);
        } catch (TimeoutException slow) {
            LOG.warn(
                    "{}: not every host answered within {} ms; connecting continues in the background",
                    component,
                    Durations.millis(timeout));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            close.run();
            throw new ChannelsException(
                    "%s: access denied by Redis (%s)".formatted(component, RedisFailures.text(e)), e.getCause());
        }
    }
}
