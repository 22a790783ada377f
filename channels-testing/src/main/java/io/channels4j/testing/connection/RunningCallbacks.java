package io.channels4j.testing.connection;

import io.channels4j.consumer.Interceptor;

/**
 * Counts the callbacks that have not returned. A callback may start timers until it returns, such as a {@code connect()} that continues after
 * {@code accept()}.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class RunningCallbacks implements Interceptor {

    /** A callback that blocks for longer is not awaited. The test may be about such a callback. */
    private static final long MAX_WAIT_NANOS = 1_000_000_000;

    private int running;

    @Override
    public synchronized Interception start(Callback callback) {
        running++;
        return new Interception() {
            @Override
            public void returned() {
                end();
            }
        };
    }

    private synchronized void end() {
        running--;
        notifyAll();
    }

    /** Waits until all callbacks have returned, or for a second. */
    synchronized void awaitReturn() {
        long deadline = System.nanoTime() + MAX_WAIT_NANOS;
        try {
            for (long left = MAX_WAIT_NANOS; running > 0 && left > 0; left = deadline - System.nanoTime()) {
                wait(Math.max(1, left / 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
