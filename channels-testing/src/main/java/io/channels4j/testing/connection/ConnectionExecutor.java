package io.channels4j.testing.connection;

import io.channels4j.concurrent.NonBlocking;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * The executor of one test connection. It runs tasks one at a time and in order, on threads that must not block.
 *
 * <p>Connections share an unbounded pool of threads. A test that blocks one of these threads therefore does not delay other
 * connections.
 */
public final class ConnectionExecutor implements Executor {

    private static final AtomicInteger THREADS = new AtomicInteger();
    private static final Executor POOL = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), LoopThread::new);

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final Consumer<Throwable> uncaught;

    /**
     * Creates an executor.
     *
     * @param uncaught the handler for exceptions thrown by tasks
     */
    public ConnectionExecutor(Consumer<Throwable> uncaught) {
        this.uncaught = uncaught;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (pending.getAndIncrement() == 0) {
            POOL.execute(this::runTasks);
        }
    }

    private void runTasks() {
        do {
            try {
                tasks.remove().run();
            } catch (Throwable e) {
                uncaught.accept(e);
            }
        } while (pending.decrementAndGet() > 0);
    }

    private static final class LoopThread extends Thread implements NonBlocking {

        LoopThread(Runnable task) {
            super(task, "communicator-" + THREADS.incrementAndGet());
            setDaemon(true);
        }
    }
}
