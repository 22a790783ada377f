package io.channels4j.testing;

import io.channels4j.concurrent.NonBlocking;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Where one test connection lives: tasks run one at a time and in order, on threads that must not wait.
 *
 * <p>Threads are shared and there are as many as are needed at once, so that a test which holds one up on purpose does not hold
 * up its other connections.
 */
final class EventLoop implements Executor {

    private static final AtomicInteger THREADS = new AtomicInteger();
    private static final Executor POOL = new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), LoopThread::new);

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Consumer<Throwable> uncaught;

    /**
     * Creates a loop.
     *
     * @param uncaught is told what a task threw
     */
    EventLoop(Consumer<Throwable> uncaught) {
        this.uncaught = uncaught;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
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
        } while (waiting.decrementAndGet() > 0);
    }

    private static final class LoopThread extends Thread implements NonBlocking {

        LoopThread(Runnable task) {
            super(task, "communicator-" + THREADS.incrementAndGet());
            setDaemon(true);
        }
    }
}
