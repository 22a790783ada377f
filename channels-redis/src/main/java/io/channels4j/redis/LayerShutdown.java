package io.channels4j.redis;

import io.channels4j.concurrent.NonBlocking;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits until a layer has returned its work and released its leases. */
final class LayerShutdown {

    /** Longer than the layer's own limit for the release. Reached only if the layer's threads are blocked. */
    private static final Duration LIMIT = Duration.ofSeconds(3);

    private LayerShutdown() {}

    /** Waits for a stage, unless the current thread must not block. */
    static void await(CompletableFuture<Void> released) {
        Thread current = Thread.currentThread();
        if (!(current instanceof NonBlocking) && !(current instanceof FastThreadLocalThread)) {
            join(released);
        }
    }

    /** Keeps the JVM running until a stage completes, even if all other threads are daemons. Returns the stage. */
    static CompletableFuture<Void> keepRunningUntil(CompletableFuture<Void> released) {
        if (!released.isDone()) {
            Thread waiting = new Thread(() -> join(released), "channels-redis-close");
            waiting.setDaemon(false);
            waiting.start();
        }
        return released;
    }

    private static void join(CompletableFuture<Void> released) {
        try {
            released.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException late) {
            // the leases expire
        } catch (ExecutionException e) {
            throw new AssertionError("never completes exceptionally", e);
        }
    }
}
