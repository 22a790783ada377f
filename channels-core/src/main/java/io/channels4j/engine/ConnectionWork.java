package io.channels4j.engine;

import io.channels4j.Scope;
import io.channels4j.concurrent.BlockingThreads;
import io.channels4j.internal.CallbackOwner;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The work in progress for one connection. It consists of the running threads and the last send that the peer has not
 * yet received.
 *
 * <p><b>Threads.</b> Thread-safe.
 */
final class ConnectionWork implements CallbackOwner {

    private final Scope scope;
    private final Executor executor;
    private final Engine engine;

    private volatile @Nullable CompletionStage<Void> unsent;

    /** Guarded by this. Most connections need no list. */
    private @Nullable List<Thread> threads;

    private boolean interrupted;

    ConnectionWork(Scope scope, Executor executor, Engine engine) {
        this.scope = scope;
        this.executor = executor;
        this.engine = engine;
    }

    /** Stores a send that completes when the peer has caught up. */
    void sending(CompletionStage<Void> sent) {
        unsent = sent;
    }

    /** Returns whether a callback may be waiting for a peer that has not yet received everything sent to it. */
    boolean waitsForPeer() {
        CompletionStage<Void> stage = unsent;
        return stage != null && !stage.toCompletableFuture().isDone();
    }

    @Override
    public Executor executor() {
        return executor;
    }

    @Override
    public Executor blockingExecutor() {
        return BlockingThreads.from(scope).calls();
    }

    @Override
    public <T> CompletableFuture<T> newStage() {
        return engine.newStage();
    }

    @Override
    public synchronized void started(Thread worker) {
        if (threads == null) {
            threads = new ArrayList<>(1);
        }
        threads.add(worker);
        if (interrupted) {
            worker.interrupt(); // the time-out expired before this thread started
        }
    }

    @Override
    public synchronized void finished(Thread worker) {
        if (threads != null) {
            threads.remove(worker);
        }
        if (worker == Thread.currentThread()) {
            Thread.interrupted(); // an interrupt that was meant for the completed work or left pending by it
        }
    }

    /**
     * Clears an interrupt that a callback left on the current thread. The next callback must not inherit it. An
     * interrupt by the close time-out is kept.
     */
    void callbackReturned() {
        if (Thread.interrupted()) {
            restoreInterrupt();
        }
    }

    private synchronized void restoreInterrupt() {
        Thread current = Thread.currentThread();
        if (interrupted && threads != null && threads.contains(current)) {
            current.interrupt();
        }
    }

    /** Returns the threads that work for the connection. */
    synchronized List<Thread> threads() {
        return threads == null ? List.of() : List.copyOf(threads);
    }

    /** Interrupts all running threads and those that start later. Returns false, without any effect, if no thread is running. */
    synchronized boolean interrupt() {
        if (threads == null || threads.isEmpty()) {
            return false;
        }
        threads.forEach(Thread::interrupt);
        interrupted = true;
        return true;
    }

    /** Stops interrupting threads that start after this call. */
    synchronized void resume() {
        interrupted = false;
    }
}
